// Stands in for internals of Microsoft.ML.Data: values of columns as bytes.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Data;

/// <summary>Text is written as a string, vectors as a count and items, all else as its bytes in memory.</summary>
internal static class ValueCodec
{
    public static Action<BinaryWriter, T> Writer<T>() => typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (Action<BinaryWriter, T>)(object)(Action<BinaryWriter, ReadOnlyMemory<char>>)WriteText
        : (Action<BinaryWriter, T>)Of<T>(nameof(WriteVector), nameof(WriteBytes), typeof(Action<BinaryWriter, T>));

    public static Func<BinaryReader, T> Reader<T>() => typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (Func<BinaryReader, T>)(object)(Func<BinaryReader, ReadOnlyMemory<char>>)ReadText
        : (Func<BinaryReader, T>)Of<T>(nameof(ReadVector), nameof(ReadBytes), typeof(Func<BinaryReader, T>));

    private static Delegate Of<T>(string vector, string bytes, Type delegateType)
    {
        const System.Reflection.BindingFlags Private =
            System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic;
        var isVector = typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>);
        var argument = isVector ? typeof(T).GetGenericArguments()[0] : typeof(T);
        return typeof(ValueCodec).GetMethod(isVector ? vector : bytes, Private)
            .MakeGenericMethod(argument).CreateDelegate(delegateType);
    }

    private static void WriteText(BinaryWriter writer, ReadOnlyMemory<char> value) => writer.Write(value.ToString());

    private static ReadOnlyMemory<char> ReadText(BinaryReader reader) => reader.ReadString().AsMemory();

    private static void WriteVector<T>(BinaryWriter writer, VBuffer<T> value)
    {
        var write = Writer<T>();
        writer.Write(value.Length);
        foreach (var item in value.DenseValues())
        {
            write(writer, item);
        }
    }

    private static VBuffer<T> ReadVector<T>(BinaryReader reader)
    {
        var read = Reader<T>();
        var items = new List<T>();

        // The list grows with what is there, not with what the count promises.
        for (var rest = reader.ReadInt32(); rest > 0; rest--)
        {
            items.Add(read(reader));
        }

        return new VBuffer<T>(items.Count, items.ToArray());
    }

    private static void WriteBytes<T>(BinaryWriter writer, T value)
        where T : struct
    {
        Span<byte> bytes = stackalloc byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(bytes, in value);
        writer.Write(bytes);
    }

    private static T ReadBytes<T>(BinaryReader reader)
        where T : struct
    {
        Span<byte> bytes = stackalloc byte[Unsafe.SizeOf<T>()];
        reader.ReadExactly(bytes);
        return MemoryMarshal.Read<T>(bytes);
    }
}
