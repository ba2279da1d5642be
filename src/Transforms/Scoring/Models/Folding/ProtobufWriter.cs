using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>Writes the fields of a protocol buffer message to a stream.</summary>
/// <remarks>Wire format: https://protobuf.dev/programming-guides/encoding. Only what ONNX files need.</remarks>
internal sealed class ProtobufWriter(Stream destination)
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    public void Integer(int field, long value)
    {
        Tag(field, Varint);
        Number((ulong)value);
    }

    public void Float(int field, float value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        Tag(field, Fixed32);
        destination.Write(bytes);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Length(field, value.Length);
        destination.Write(value);
    }

    /// <summary>A small message inside this one.</summary>
    public void Message(int field, Action<ProtobufWriter> write) => Bytes(field, Encode(write));

    /// <summary>Announces <paramref name="length"/> bytes, which the caller writes to the stream.</summary>
    public void Length(int field, long length)
    {
        Tag(field, LengthDelimited);
        Number((ulong)length);
    }

    /// <summary>The bytes of a message.</summary>
    public static byte[] Encode(Action<ProtobufWriter> write)
    {
        using var buffer = new MemoryStream();
        write(new ProtobufWriter(buffer));
        return buffer.ToArray();
    }

    private void Tag(int field, int wireType) => Number((ulong)((field << 3) | wireType));

    private void Number(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            bytes[count++] = (byte)(value | 0x80);
        }

        bytes[count++] = (byte)value;
        destination.Write(bytes[..count]);
    }
}
