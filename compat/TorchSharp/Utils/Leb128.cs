// Stands in for TorchSharp.Utils.LEB128Codec: whole numbers in 7 bits a byte, lowest first.
namespace TorchSharp.Utils;

internal static class Leb128
{
    internal static void Encode(this BinaryWriter writer, long value) => writer.Write7BitEncodedInt64(value);

    internal static long Decode(this BinaryReader reader)
    {
        var value = reader.Read7BitEncodedInt64();
        return value >= 0 ? value : throw new InvalidDataException($"A count or size in the file is {value}.");
    }
}
