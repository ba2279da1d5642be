using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>Reads voxels into the array that the volume keeps: one allocation, no second copy.</summary>
/// <remarks>
/// Files are not mapped into memory: a span of a mapped volume would not keep the map alive, and a file that is cut short
/// while it is mapped ends the process.
/// </remarks>
internal static class VoxelReader
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Reads a volume, or a block of it.</summary>
    /// <param name="data">Positioned at the first voxel.</param>
    /// <param name="layout">How the voxels lie; its shape is that of <paramref name="header"/>.</param>
    /// <param name="header">What the file says; the volume keeps it.</param>
    /// <param name="region">The block; null reads everything.</param>
    /// <param name="options">How to read.</param>
    public static Volume Read(VoxelData data, VoxelLayout layout, VolumeHeader header, VolumeRegion? region, VolumeReadOptions options) =>
        layout.Type switch
        {
            VoxelType.UInt8 => Read<byte>(data, layout, header, region, options),
            VoxelType.Int8 => Read<sbyte>(data, layout, header, region, options),
            VoxelType.UInt16 => Read<ushort>(data, layout, header, region, options),
            VoxelType.Int16 => Read<short>(data, layout, header, region, options),
            VoxelType.UInt32 => Read<uint>(data, layout, header, region, options),
            VoxelType.Int32 => Read<int>(data, layout, header, region, options),
            VoxelType.UInt64 => Read<ulong>(data, layout, header, region, options),
            VoxelType.Int64 => Read<long>(data, layout, header, region, options),
            VoxelType.Float32 => Read<float>(data, layout, header, region, options),
            VoxelType.Float64 => Read<double>(data, layout, header, region, options),
            _ => throw new ArgumentOutOfRangeException(nameof(layout), layout.Type, "This is not a voxel type."),
        };

    private static Volume<T> Read<T>(
        VoxelData data,
        VoxelLayout layout,
        VolumeHeader header,
        VolumeRegion? region,
        VolumeReadOptions options
    )
        where T : unmanaged, INumber<T>
    {
        var block = region ?? VolumeRegion.All(layout.Shape);
        block.Validate(layout.Shape);
        var shape = new VolumeShape(layout.Shape.Channels, block.Depth, block.Height, block.Width);
        data.RequireLength(layout.SizeInBytes, (layout with { Shape = shape }).SizeInBytes, options);
        if (layout with { Shape = shape } is var part && part.SizeInBytes / part.VoxelSize > VolumeShape.MaximumCount)
        {
            throw data.Fault($"a volume of {shape} has more voxels than one volume holds ({VolumeShape.MaximumCount}). Read it in blocks.");
        }

        var geometry = region is null ? header.Geometry : header.Geometry.Shifted(new(block.X, block.Y, block.Z));
        var voxels = VoxelArray.Allocate<T>((int)shape.Count);
        if (layout.InnerChannels > 1)
        {
            ReadInterleaved(data, layout, block, voxels);
        }
        else if (shape == layout.Shape)
        {
            ReadWhole(data, layout, voxels, options);
        }
        else
        {
            ReadRuns(data, layout, block, voxels);
        }

        return Volume.Create(voxels, shape, geometry, header.Scaling, header);
    }

    private static void ReadWhole<T>(VoxelData data, VoxelLayout layout, T[] voxels, VolumeReadOptions options)
        where T : unmanaged
    {
        var chunk = ChunkBytes / layout.VoxelSize;
        if (data.Handle is { } handle && options.MaximumThreads > 1 && voxels.Length > chunk)
        {
            // Position-independent reads: the kernel copies on several threads, and each pays for its own page faults.
            var start = data.FileOffset;
            var chunks = (int)(((long)voxels.Length + chunk - 1) / chunk);
            void ReadChunk(int index)
            {
                var offset = (long)index * chunk;
                var bytes = MemoryMarshal.AsBytes(voxels.AsSpan((int)offset, (int)Math.Min(chunk, voxels.Length - offset)));
                ReadAt(data, handle, start + (offset * layout.VoxelSize), bytes);
                SwapIfNeeded(layout, bytes);
            }

            ParallelReading.For(chunks, options.MaximumThreads, ReadChunk, options.CancellationToken);
            return;
        }

        ReadPieces(data, layout, voxels.AsSpan());
        data.VerifyEnd();
    }

    private static void ReadAt(VoxelData data, SafeFileHandle handle, long position, Span<byte> bytes)
    {
        for (var total = 0; total < bytes.Length;)
        {
            var count = RandomAccess.Read(handle, bytes[total..], position + total);
            if (count == 0)
            {
                throw data.EndsEarly(position + total);
            }

            total += count;
        }
    }

    /// <summary>Reads a block as runs of voxels that are neighbours in the file.</summary>
    private static void ReadRuns<T>(VoxelData data, VoxelLayout layout, VolumeRegion block, T[] voxels)
        where T : unmanaged
    {
        var (fullWidth, fullHeight) = (block.Width == layout.Shape.Width, block.Height == layout.Shape.Height);
        var rows = fullWidth ? block.Height : 1;
        var planes = fullWidth && fullHeight ? block.Depth : 1;
        var run = (int)Math.Min((long)block.Width * rows * planes, voxels.Length);
        var target = 0;
        for (var channel = 0; channel < layout.Shape.Channels; channel++)
        {
            for (var z = block.Z; z < block.Z + block.Depth; z += planes)
            {
                for (var y = block.Y; y < block.Y + block.Height; y += rows)
                {
                    var offset = (((((long)channel * layout.Shape.Depth) + z) * layout.Shape.Height + y) * layout.Shape.Width) + block.X;
                    data.MoveTo(offset * layout.VoxelSize);
                    ReadPieces(data, layout, voxels.AsSpan(target, run));
                    target += run;
                }
            }
        }
    }

    private static void ReadPieces<T>(VoxelData data, VoxelLayout layout, Span<T> voxels)
        where T : unmanaged
    {
        // Spans of bytes count in 32 bits, so long runs go by pieces.
        while (voxels.Length > 0)
        {
            var piece = voxels[..Math.Min(voxels.Length, ChunkBytes / layout.VoxelSize)];
            var bytes = MemoryMarshal.AsBytes(piece);
            data.ReadExactly(bytes);
            SwapIfNeeded(layout, bytes);
            voxels = voxels[piece.Length..];
        }
    }

    /// <summary>Reads row by row and deals the components out to their channels.</summary>
    private static void ReadInterleaved<T>(VoxelData data, VoxelLayout layout, VolumeRegion block, T[] voxels)
        where T : unmanaged
    {
        var inner = layout.InnerChannels;
        var row = new T[Math.Min((long)block.Width * inner, Array.MaxLength)];
        var channelCount = block.Depth * block.Height * block.Width;
        for (var outer = 0; outer < layout.OuterChannels; outer++)
        {
            for (var z = 0; z < block.Depth; z++)
            {
                for (var y = 0; y < block.Height; y++)
                {
                    var offset =
                        (((((long)outer * layout.Shape.Depth) + block.Z + z) * layout.Shape.Height + block.Y + y) * layout.Shape.Width)
                        + block.X;
                    data.MoveTo(offset * inner * layout.VoxelSize);
                    ReadPieces(data, layout, row.AsSpan());
                    var target = ((outer * inner) * channelCount) + (((z * block.Height) + y) * block.Width);
                    for (var component = 0; component < inner; component++, target += channelCount)
                    {
                        Deal(row, component, inner, voxels.AsSpan(target, block.Width));
                    }
                }
            }
        }
    }

    private static void Deal<T>(ReadOnlySpan<T> row, int component, int inner, Span<T> channel)
    {
        for (int x = 0, from = component; x < channel.Length; x++, from += inner)
        {
            channel[x] = row[from];
        }
    }

    private static void SwapIfNeeded(VoxelLayout layout, Span<byte> bytes)
    {
        if (layout.MustSwap)
        {
            ByteOrder.Reverse(bytes, layout.VoxelSize);
        }
    }
}
