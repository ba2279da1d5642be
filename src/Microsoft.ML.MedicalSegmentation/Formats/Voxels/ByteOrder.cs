using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>Turns voxels of the other byte order into this machine's, in place and with vector instructions.</summary>
internal static class ByteOrder
{
    /// <summary>Reverses the bytes of each element of <paramref name="size"/> bytes.</summary>
    /// <param name="bytes">Whole elements.</param>
    /// <param name="size">1, 2, 4 or 8.</param>
    public static void Reverse(Span<byte> bytes, int size)
    {
        switch (size)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
