using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>Writes the stored voxels of a volume, little endian, in pieces.</summary>
internal static class VoxelWriter
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Writes all voxels.</summary>
    /// <param name="volume">What to write.</param>
    /// <param name="destination">Written from its current position on.</param>
    /// <param name="innerChannels">Components that lie together for each grid point; 1 writes channel after channel.</param>
    public static void Write(Volume volume, Stream destination, int innerChannels = 1)
    {
        switch (volume)
        {
            case Volume<byte> v: Write(v, destination, innerChannels); break;
            case Volume<sbyte> v: Write(v, destination, innerChannels); break;
            case Volume<ushort> v: Write(v, destination, innerChannels); break;
            case Volume<short> v: Write(v, destination, innerChannels); break;
            case Volume<uint> v: Write(v, destination, innerChannels); break;
            case Volume<int> v: Write(v, destination, innerChannels); break;
            case Volume<ulong> v: Write(v, destination, innerChannels); break;
            case Volume<long> v: Write(v, destination, innerChannels); break;
            case Volume<float> v: Write(v, destination, innerChannels); break;
            case Volume<double> v: Write(v, destination, innerChannels); break;
            default: throw new NotSupportedException($"Voxels of type {volume.VoxelType} cannot be written.");
        }
    }

    private static void Write<T>(Volume<T> volume, Stream destination, int inner)
        where T : unmanaged, INumber<T>
    {
        if (inner == 1)
        {
            WritePieces(volume.Voxels, destination);
        }
        else
        {
            WriteInterleaved(volume, destination, inner);
        }
    }

    private static void WritePieces<T>(ReadOnlySpan<T> voxels, Stream destination)
        where T : unmanaged
    {
        var size = Marshal.SizeOf<T>();
        while (voxels.Length > 0)
        {
            var piece = voxels[..Math.Min(voxels.Length, ChunkBytes / size)];
            if (BitConverter.IsLittleEndian || size == 1)
            {
                destination.Write(MemoryMarshal.AsBytes(piece));
            }
            else
            {
                var swapped = MemoryMarshal.AsBytes(piece).ToArray();
                ByteOrder.Reverse(swapped, size);
                destination.Write(swapped);
            }

            voxels = voxels[piece.Length..];
        }
    }

    private static void WriteInterleaved<T>(Volume<T> volume, Stream destination, int inner)
        where T : unmanaged, INumber<T>
    {
        var shape = volume.Shape;
        var channelCount = (int)shape.ChannelCount;
        var row = new T[checked(shape.Width * inner)];
        for (var outer = 0; outer < shape.Channels / inner; outer++)
        {
            for (var start = 0; start < channelCount; start += shape.Width)
            {
                for (var component = 0; component < inner; component++)
                {
                    var channel = volume.Voxels.Slice((((outer * inner) + component) * channelCount) + start, shape.Width);
                    for (int x = 0, to = component; x < channel.Length; x++, to += inner)
                    {
                        row[to] = channel[x];
                    }
                }

                WritePieces<T>(row, destination);
            }
        }
    }
}
