using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The size of a volume in voxels, in the order in which memory holds them: [channel, depth, height, width].</summary>
/// <param name="Channels">Modalities, time points or vector components, at least 1.</param>
/// <param name="Depth">Voxels along z, at least 1; 1 for an image.</param>
/// <param name="Height">Voxels along y, at least 1.</param>
/// <param name="Width">Voxels along x, at least 1; neighbours along x are neighbours in memory.</param>
public readonly record struct VolumeShape(int Channels, int Depth, int Height, int Width)
{
    /// <summary>The most voxels of all channels together that one volume holds: the longest .NET array.</summary>
    public static long MaximumCount => Array.MaxLength;

    /// <summary>Voxels of one channel.</summary>
    public long ChannelCount => (long)Depth * Height * Width;

    /// <summary>Voxels of all channels.</summary>
    public long Count => Channels * ChannelCount;

    /// <summary>True if the volume is one slice.</summary>
    public bool IsImage => Depth == 1;

    /// <summary>The same size with another number of channels.</summary>
    public VolumeShape WithChannels(int channels) => this with { Channels = channels };

    /// <summary>True where both have the same depth, height and width.</summary>
    public bool SameGrid(VolumeShape other) => (Depth, Height, Width) == (other.Depth, other.Height, other.Width);

    /// <summary>Fails for sizes that no volume can have.</summary>
    /// <exception cref="ArgumentException">A size is below 1, or there are more voxels than <see cref="MaximumCount"/>.</exception>
    public void Validate(string parameterName = "shape")
    {
        if (Channels < 1 || Depth < 1 || Height < 1 || Width < 1)
        {
            throw new ArgumentException($"The shape {this} has a size below 1. Every size must be at least 1.", parameterName);
        }

        // Each product is compared before the next factor enters, so that none overflows.
        var plane = (long)Height * Width;
        if (plane > MaximumCount || plane * Depth > MaximumCount || plane * Depth * Channels > MaximumCount)
        {
            throw new ArgumentException(
                $"The shape {this} has more voxels than one volume holds ({MaximumCount}). Read it in blocks.", parameterName);
        }
    }

    /// <summary>How voxels lie along an axis: 0 is x, 1 is y, 2 is z.</summary>
    internal VoxelAxis Along(int axis) => axis switch
    {
        0 => new(1, Width),
        1 => new(Width, Height),
        2 => new(Width * Height, Depth),
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "A volume has the axes 0 (x), 1 (y) and 2 (z)."),
    };

    /// <summary>Sizes as users read them: width x height x depth, and the channels where there are several.</summary>
    public override string ToString()
        => Channels == 1 ? $"{Width} x {Height} x {Depth}" : $"{Width} x {Height} x {Depth}, {Channels} channels";
}
