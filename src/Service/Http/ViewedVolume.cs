using System.Buffers.Binary;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Http;

/// <summary>
/// A scored volume as the page draws it: first channel and labels, x to the left of the patient, y to posterior, z to superior.
/// </summary>
internal sealed class ViewedVolume
{
    private const long MostVoxels = 200_000_000;
    private const string Orientation = "LPS";

    private readonly Volume _image;
    private readonly LabelVolume _labels;
    private readonly Volume? _doubt;
    private readonly (float Low, float High) _range;

    private ViewedVolume(Volume image, LabelVolume labels, Volume? doubt)
    {
        (_image, _labels, _doubt) = (image, labels, doubt);
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        ForEachBlock(image, (_, values) =>
        {
            foreach (var value in values)
            {
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }
        });
        _range = (low, high > low ? high : low + 1);
    }

    /// <summary>What is drawn.</summary>
    internal enum Part
    {
        /// <summary>The image.</summary>
        Image,

        /// <summary>The labels.</summary>
        Labels,

        /// <summary>The doubt.</summary>
        Doubt,
    }

    /// <exception cref="ServiceFault">The volume is too large to be sent to a page.</exception>
    public static ViewedVolume Read(JobFolder folder, JobOutcome outcome, SegmentationServiceOptions options)
    {
        var (labels, upload) = folder.ReadResult(outcome, options);
        if (upload.Voxels > MostVoxels)
        {
            throw new ServiceFault(
                413,
                "volume-too-large",
                $"The page shows volumes of up to {MostVoxels} voxels; this one has {upload.Voxels}. Download the result."
            );
        }

        return new(VolumeFormats.Open(upload.Paths[0]).Channel(0).Reorient(Orientation), labels.Reorient(Orientation),
            outcome.DoubtFile is { } doubt ? VolumeFormats.Open(folder.PathOf(doubt)).Reorient(Orientation) : null);
    }

    /// <summary>Sizes, spacing and the values that 0 and 65,535 stand for.</summary>
    public object Describe() => new
    {
        size = new[] { _image.Shape.Width, _image.Shape.Height, _image.Shape.Depth },
        spacing = new[] { _image.Geometry.Spacing.X, _image.Geometry.Spacing.Y, _image.Geometry.Spacing.Z },
        low = _range.Low,
        high = _range.High,
        orientation = Orientation,
        hasDoubt = _doubt is not null,
    };

    /// <summary>Numbers of 16 bits, little endian; doubt from 0 to 1 becomes 0 to 65,535.</summary>
    /// <exception cref="ServiceFault">There is no doubt.</exception>
    public byte[] Bytes(Part part)
    {
        var bytes = new byte[checked((int)_image.Shape.Count * 2)];
        var (volume, low, scale) = part switch
        {
            Part.Labels => (_labels.Voxels, 0, 1),
            Part.Doubt => (_doubt ?? throw new ServiceFault(404, "no-doubt", "No doubt was measured for this job."), 0, 65535),
            _ => (_image, _range.Low, 65535 / (_range.High - _range.Low)),
        };
        ForEachBlock(volume, (start, values) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                var number = (values[i] - low) * scale;
                BinaryPrimitives.WriteUInt16LittleEndian(
                    bytes.AsSpan((int)(start + i) * 2),
                    (ushort)Math.Clamp(Math.Round(number), 0, 65535)
                );
            }
        });
        return bytes;
    }

    private static void ForEachBlock(Volume volume, Action<long, float[]> visit)
    {
        var buffer = new float[1 << 16];
        for (long start = 0; start < volume.Shape.Count; start += buffer.Length)
        {
            var block = volume.Shape.Count - start >= buffer.Length ? buffer : new float[volume.Shape.Count - start];
            volume.CopyValues(start, block);
            visit(start, block);
        }
    }
}
