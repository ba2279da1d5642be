using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>Reads the pixels of a stack into the array that the volume keeps, files in parallel.</summary>
internal static class DicomVoxelReader
{
    /// <summary>Scaling of the whole stack; null where slices differ, and values must be computed.</summary>
    public static VoxelScaling? CommonScaling(DicomStack stack)
    {
        var scaling = stack.First.Scaling;
        return stack.Frames.All(channel => channel.All(f => f.Scaling == scaling)) ? scaling : null;
    }

    /// <summary>Reads a block.</summary>
    public static Volume Read(DicomStack stack, VolumeHeader header, VolumeRegion? region, VolumeReadOptions options) =>
        stack.First.Image.VoxelType switch
        {
            VoxelType.UInt8 => Read<byte>(stack, header, region, options),
            VoxelType.Int8 => Read<sbyte>(stack, header, region, options),
            VoxelType.UInt16 => Read<ushort>(stack, header, region, options),
            VoxelType.Int16 => Read<short>(stack, header, region, options),
            VoxelType.UInt32 => Read<uint>(stack, header, region, options),
            VoxelType.Int32 => Read<int>(stack, header, region, options),
            VoxelType.Float32 => Read<float>(stack, header, region, options),
            _ => Read<double>(stack, header, region, options),
        };

    private static Volume Read<T>(DicomStack stack, VolumeHeader header, VolumeRegion? region, VolumeReadOptions options)
        where T : unmanaged, INumber<T>
    {
        // Uniform scaling stays beside the stored voxels; scaling by slice must be applied.
        if (CommonScaling(stack) is { } common)
        {
            return Fill<T, T>(stack, header, common, region, options, isCopy: true, static (stored, _) => stored);
        }

        return Fill<T, float>(
            stack,
            header,
            VoxelScaling.Identity,
            region,
            options,
            isCopy: false,
            static (stored, scaling) => (float)scaling.Apply(double.CreateTruncating(stored))
        );
    }

    private static Volume<TVoxel> Fill<T, TVoxel>(
        DicomStack stack,
        VolumeHeader header,
        VoxelScaling scaling,
        VolumeRegion? region,
        VolumeReadOptions options,
        bool isCopy,
        Func<T, VoxelScaling, TVoxel> convert
    )
        where T : unmanaged, INumber<T>
        where TVoxel : unmanaged, INumber<TVoxel>
    {
        var block = region ?? VolumeRegion.All(header.Shape);
        block.Validate(header.Shape);
        var shape = new VolumeShape(header.Shape.Channels, block.Depth, block.Height, block.Width);
        var slices = stack
            .Frames.SelectMany((channel, c) => channel.Skip(block.Z).Take(block.Depth).Select((frame, z) => (frame, c, z)))
            .ToList();
        var images = slices.Select(s => s.frame.Image).Distinct().ToList();
        images.ForEach(image => image.RequireDecodable());
        var packedBytes = images.TrueForAll(image => image.PackedLength is not null) ? images.Sum(image => image.PackedLength) : null;
        options.RequireAllowed(shape.Count * Unsafe.SizeOf<TVoxel>(), packedBytes, stack.First.Image.File.Source.Name, "DICOM");
        var voxels = VoxelArray.Allocate<TVoxel>(checked((int)shape.Count));
        var files = slices.GroupBy(s => s.frame.Image).Select(g => g.ToArray()).ToArray();
        ParallelReading.For(
            files.Length,
            options.MaximumThreads,
            i => ReadFile(files[i], voxels, shape, block, isCopy, convert),
            options.CancellationToken
        );
        var geometry = region is null ? header.Geometry : header.Geometry.Shifted(new(block.X, block.Y, block.Z));
        return Volume.Create(voxels, shape, geometry, scaling, header);
    }

    private static void ReadFile<T, TVoxel>(
        (DicomFrame Frame, int Channel, int Z)[] slices,
        TVoxel[] voxels,
        VolumeShape shape,
        VolumeRegion block,
        bool isCopy,
        Func<T, VoxelScaling, TVoxel> convert
    )
        where T : unmanaged, INumber<T>
        where TVoxel : unmanaged
    {
        var image = slices[0].Frame.Image;
        var size = checked((int)image.Format.SizeInBytes);
        var colourSize = image.Palette is { } colours ? checked((int)(image.Format.Samples * image.Channels * colours.Bits / 8)) : 0;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        var colourBuffer = ArrayPool<byte>.Shared.Rent(colourSize);
        try
        {
            using var reader = new DicomFrameReader(image);
            var loaded = -1;
            foreach (var (frame, channel, z) in slices.OrderBy(s => s.Frame.Index))
            {
                if (loaded != frame.Index)
                {
                    // The tiles of a mosaic share a frame.
                    reader.Read(frame.Index, buffer.AsSpan(0, size));
                    DicomStoredBits.Extract(buffer.AsSpan(0, size), image);
                    image.Palette?.Apply(buffer.AsSpan(0, size), image.Format, colourBuffer.AsSpan(0, colourSize));
                    loaded = frame.Index;
                }

                var read = image.Palette is null ? buffer.AsSpan(0, size) : colourBuffer.AsSpan(0, colourSize);
                Place(MemoryMarshal.Cast<byte, T>(read), frame, reader.IsPlanar, voxels, shape, block, channel, z, isCopy, convert);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<byte>.Shared.Return(colourBuffer);
        }
    }

    private static void Place<T, TVoxel>(
        ReadOnlySpan<T> stored,
        DicomFrame frame,
        bool isPlanar,
        TVoxel[] voxels,
        VolumeShape shape,
        VolumeRegion block,
        int channel,
        int z,
        bool isCopy,
        Func<T, VoxelScaling, TVoxel> convert
    )
        where T : unmanaged
        where TVoxel : unmanaged
    {
        var (columns, samples) = (frame.Image.Format.Columns, frame.Image.Channels);
        var plane = columns * frame.Image.Format.Rows;
        for (var sample = 0; sample < samples; sample++)
        {
            for (var y = 0; y < block.Height; y++)
            {
                var pixel = ((frame.Tile.Y + block.Y + y) * columns) + frame.Tile.X + block.X;
                var offset = ((((((long)channel * samples) + sample) * shape.Depth) + z) * shape.Height + y) * shape.Width;
                var target = voxels.AsSpan((int)offset, shape.Width);
                if (isCopy && (samples == 1 || isPlanar))
                {
                    MemoryMarshal.Cast<T, TVoxel>(stored.Slice(pixel + (sample * plane), shape.Width)).CopyTo(target);
                    continue;
                }

                var (first, stride) = isPlanar ? (pixel + (sample * plane), 1) : ((pixel * samples) + sample, samples);
                for (var x = 0; x < target.Length; x++)
                {
                    target[x] = convert(stored[first + (x * stride)], frame.Scaling);
                }
            }
        }
    }
}
