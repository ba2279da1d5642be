using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Segmentation;

/// <summary>Reads the frames of a segmentation object into labels or channels.</summary>
/// <param name="image">The frames.</param>
/// <param name="grid">Where they lie.</param>
/// <param name="type">How they keep segments.</param>
/// <param name="numbers">The segment of each frame; 0 in label maps.</param>
/// <param name="maximum">The stored number that stands for a share of 1.</param>
internal sealed class DicomSegmentVoxels(DicomImage image, DicomSegmentGrid grid, DicomSegmentationType type, int[] numbers, int maximum)
{
    public DicomSegmentGrid Grid { get; } = grid;

    public VoxelScaling ChannelScaling => type == DicomSegmentationType.Fractional ? new(1.0 / maximum, 0) : VoxelScaling.Identity;

    /// <summary>How many voxels belong to several segments.</summary>
    public long CountOverlapping()
    {
        if (numbers.Distinct().Count() < 2)
        {
            return 0;
        }

        var count = 0L;
        var seen = new byte[Grid.Shape.Count];
        ForEachFrame((stored, offset, _) =>
        {
            var part = seen.AsSpan(offset, stored.Length);
            for (var i = 0; i < stored.Length; i++)
            {
                if (stored[i] != 0 && ++part[i] == 2)
                {
                    count++;
                }

                part[i] = Math.Min(part[i], (byte)3);
            }
        });
        return count;
    }

    /// <summary>The number of a segment at each voxel.</summary>
    public Volume Labels(IReadOnlyList<DicomSegment> segments, DicomOverlap overlap, double threshold, VolumeHeader header)
    {
        var known = new bool[ushort.MaxValue + 1];
        foreach (var segment in segments)
        {
            known[segment.Number] = true;
        }

        return header.VoxelType == VoxelType.UInt8
            ? Labels<byte>(known, overlap, threshold, header)
            : Labels<ushort>(known, overlap, threshold, header);
    }

    /// <summary>One channel for each segment.</summary>
    public Volume Channels(IReadOnlyList<DicomSegment> segments, VolumeHeader header)
    {
        if (segments.Count * Grid.Shape.Count > VolumeShape.MaximumCount)
        {
            throw new VolumeFormatException(
                image.File.Source.Name,
                "DICOM SEG",
                null,
                $"{segments.Count} segments of {Grid.Shape} voxels are more than one volume holds ({VolumeShape.MaximumCount}). "
                    + "Read them as labels, with a choice of which segment wins."
            );
        }

        var voxels = new byte[header.Shape.Count];
        var channels = segments.Select((s, i) => (s.Number, i)).ToDictionary(p => p.Number, p => p.i);
        ForEachFrame((stored, offset, number) =>
        {
            for (var i = 0; i < stored.Length; i++)
            {
                if (type != DicomSegmentationType.LabelMap)
                {
                    voxels[((long)channels[number] * Grid.Shape.Count) + offset + i] = (byte)stored[i];
                }
                else if (stored[i] != 0 && channels.TryGetValue(stored[i], out var channel))
                {
                    voxels[((long)channel * Grid.Shape.Count) + offset + i] = 1;
                }
            }
        });
        return Volume.Create(voxels, header.Shape, header.Geometry, header.Scaling, header);
    }

    private Volume<T> Labels<T>(bool[] known, DicomOverlap overlap, double threshold, VolumeHeader header)
        where T : unmanaged, INumber<T>
    {
        var labels = new T[Grid.Shape.Count];
        var shares = type == DicomSegmentationType.Fractional ? new ushort[Grid.Shape.Count] : [];
        var background =
            type == DicomSegmentationType.LabelMap ? image.File.DataSet.Integer(DicomTags.PixelPaddingValue, 0, ushort.MaxValue) ?? 0 : 0;
        var least = Math.Max(1, (int)Math.Ceiling(threshold * maximum));
        ForEachFrame((stored, offset, number) =>
        {
            for (var i = 0; i < stored.Length; i++)
            {
                ref var label = ref labels[offset + i];
                switch (type)
                {
                    case DicomSegmentationType.LabelMap:
                        label = known[stored[i]] ? T.CreateTruncating(stored[i])
                            : stored[i] == 0 || stored[i] == background ? T.Zero
                            : throw Undescribed(stored[i]);
                        break;
                    case DicomSegmentationType.Fractional when stored[i] >= least && stored[i] > shares[offset + i]:
                        (label, shares[offset + i]) = (T.CreateTruncating(number), stored[i]);
                        break;
                    case DicomSegmentationType.Binary when stored[i] != 0:
                        var own = T.CreateTruncating(number);
                        label = T.IsZero(label) ? own : overlap == DicomOverlap.HighestNumber ? T.Max(label, own) : T.Min(label, own);
                        break;
                }
            }
        });
        return Volume.Create(labels, Grid.Shape, Grid.Geometry, VoxelScaling.Identity, header);
    }

    private VolumeFormatException Undescribed(int label) => image.File.DataSet.Fault(
        DicomTags.PixelData, $"a voxel is of segment {label}, which Segment Sequence does not describe. The file is damaged");

    /// <summary>Calls with the pixels of each frame, the offset of its slice and its segment.</summary>
    private void ForEachFrame(FrameVisitor visit)
    {
        image.RequireDecodable();
        var size = checked((int)image.Format.SizeInBytes);
        var pixels = (int)image.Format.Samples;
        var bytes = ArrayPool<byte>.Shared.Rent(size);
        var wide = ArrayPool<ushort>.Shared.Rent(pixels);
        try
        {
            using var reader = new DicomFrameReader(image);
            for (var frame = 0; frame < image.Frames; frame++)
            {
                reader.Read(frame, bytes.AsSpan(0, size));
                DicomStoredBits.Extract(bytes.AsSpan(0, size), image);
                var stored = wide.AsSpan(0, pixels);
                if (image.Format.BitsAllocated == 16)
                {
                    MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan(0, size)).CopyTo(stored);
                }
                else
                {
                    for (var i = 0; i < pixels; i++)
                    {
                        stored[i] = bytes[i];
                    }
                }

                visit(stored, Grid.Depths[frame] * pixels, numbers[frame]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<ushort>.Shared.Return(wide);
        }
    }

    private delegate void FrameVisitor(ReadOnlySpan<ushort> stored, int offset, int number);
}
