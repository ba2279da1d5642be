using System.Buffers.Binary;

namespace Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;

/// <summary>NumPy's numbers in a pickle, such as a best metric beside the weights: read as plain numbers.</summary>
/// <remarks>
/// NumPy writes a number as a call of <c>multiarray.scalar</c> with a <c>dtype</c>, which gets its byte order afterwards, and the number's
/// bytes. Real and whole numbers and truth values are built; text, dates, objects and arrays are refused.
/// </remarks>
internal static class NumPyScalars
{
    private const int MostBytes = 256;

    private static readonly Dictionary<string, Func<byte[], object?>> Readers = new()
    {
        ["b1"] = bytes => bytes is [0] ? false : bytes is [1] ? true : null,
        ["i1"] = bytes => bytes.Length == 1 ? (long)(sbyte)bytes[0] : null,
        ["u1"] = bytes => bytes.Length == 1 ? (long)bytes[0] : null,
        ["i2"] = bytes => bytes.Length == 2 ? (long)BinaryPrimitives.ReadInt16LittleEndian(bytes) : null,
        ["u2"] = bytes => bytes.Length == 2 ? (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes) : null,
        ["i4"] = bytes => bytes.Length == 4 ? (long)BinaryPrimitives.ReadInt32LittleEndian(bytes) : null,
        ["u4"] = bytes => bytes.Length == 4 ? (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes) : null,
        ["i8"] = bytes => bytes.Length == 8 ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : null,
        ["u8"] = bytes => bytes.Length == 8 ? (double)BinaryPrimitives.ReadUInt64LittleEndian(bytes) : null,
        ["f2"] = bytes => bytes.Length == 2 ? (double)BinaryPrimitives.ReadHalfLittleEndian(bytes) : null,
        ["f4"] = bytes => bytes.Length == 4 ? (double)BinaryPrimitives.ReadSingleLittleEndian(bytes) : null,
        ["f8"] = bytes => bytes.Length == 8 ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : null,
    };

    /// <summary>numpy.dtype(name, align, copy).</summary>
    public static PickleNumberType Type(object?[] arguments) =>
        arguments is not [string name, ..] ? throw PickleGlobals.Misused("numpy.dtype")
        : Readers.ContainsKey(name) ? new(name)
        : throw new InputDataException(
            $"it holds a NumPy value of type '{PickleGlobals.Shortened(name)}', which is not a number; it is refused. "
            + "Save the weights alone: `torch.save(model.state_dict(), path)`.");

    /// <summary>The state that follows a dtype: (3, byte order, ...).</summary>
    public static void SetState(PickleNumberType type, object? state)
    {
        // Little-endian, or of one byte; the rest is for records and dates.
        type.IsComplete = state is PickleTuple { Items: [3L or 4L, "<" or "|", null, null, null, ..] }
            ? true
            : throw new InputDataException(
                "it holds a NumPy number with another byte order or layout than little-endian, which is refused."
            );
    }

    /// <summary>multiarray.scalar(dtype, bytes).</summary>
    public static object Number(object?[] arguments) =>
        arguments is [PickleNumberType { IsComplete: true } type, byte[] bytes] && Readers[type.Name](bytes) is { } number
            ? number
            : throw PickleGlobals.Misused("numpy.core.multiarray.scalar");

    /// <summary>_codecs.encode(text, "latin1"), which is how pickles of protocol 2 hold bytes.</summary>
    public static byte[] Bytes(object?[] arguments)
    {
        if (arguments is not [string text, "latin1"] || text.Length > MostBytes)
        {
            // One long text could be encoded again and again, each time into new memory.
            throw arguments is [string { Length: > MostBytes }, "latin1"]
                ? new InputDataException(
                    $"it holds bytes beside its tensors, more than {MostBytes}; they are refused. Save the weights alone: "
                        + "`torch.save(model.state_dict(), path)`."
                )
                : PickleGlobals.Misused("_codecs.encode");
        }

        return text.All(letter => letter <= byte.MaxValue)
            ? [.. text.Select(letter => (byte)letter)]
            : throw PickleGlobals.Misused("_codecs.encode");
    }
}

/// <summary>A NumPy type of numbers, as a pickle builds it in two steps.</summary>
/// <param name="name">Kind and bytes, such as "f8".</param>
internal sealed class PickleNumberType(string name)
{
    public string Name { get; } = name;

    /// <summary>Whether its byte order has followed.</summary>
    public bool IsComplete { get; set; }
}
