using Microsoft.ML.MedicalSegmentation.Datasets.Fingerprints;
using Microsoft.ML.MedicalSegmentation.Preprocessing.Resizing;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>Normalised slices of a box of a volume, read from the volume's own voxels, so that no copy of the box is held.</summary>
/// <param name="volume">The volume.</param>
/// <param name="box">The box.</param>
/// <param name="channel">The channel.</param>
internal sealed class CropSlices(Volume volume, VoxelBox box, int channel) : ChannelSlices
{
    /// <summary>What is done to each value; nothing by default.</summary>
    public ValueRule? Rule { get; init; }

    public override ReadOnlySpan<float> Read(int z, Span<float> buffer)
    {
        var shape = box.Shape;
        for (var y = 0; y < shape.Height; y++)
        {
            volume.CopyValues(
                volume.Offset(channel, box.Start.Z + z, box.Start.Y + y, box.Start.X),
                buffer.Slice(y * shape.Width, shape.Width)
            );
        }

        var slice = buffer[..(shape.Height * shape.Width)];
        Rule?.Invoke(slice);
        return slice;
    }
}

/// <summary>Changes values in place, each by itself.</summary>
internal delegate void ValueRule(Span<float> values);
