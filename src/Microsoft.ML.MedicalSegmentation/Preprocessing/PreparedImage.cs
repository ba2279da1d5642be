namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>An image as a network takes it, and what is needed to bring the network's output back.</summary>
/// <remarks>All shapes, boxes and spacings are in the plan's axis order.</remarks>
internal sealed record PreparedImage
{
    /// <summary>[channel, depth, height, width], normalised, at the network's spacing.</summary>
    public required float[] Values { get; init; }

    /// <summary>Size of <see cref="Values"/>.</summary>
    public required VolumeShape Shape { get; init; }

    /// <summary>Size of the image before cropping.</summary>
    public required VolumeShape Whole { get; init; }

    /// <summary>First voxel of the box that was cut out.</summary>
    public required IReadOnlyList<int> CropStart { get; init; }

    /// <summary>Size of that box, before resampling.</summary>
    public required VolumeShape Cropped { get; init; }

    /// <summary>Spacing of the image, mm.</summary>
    public required IReadOnlyList<double> ImageSpacing { get; init; }

    /// <summary>Spacing of <see cref="Values"/>, mm.</summary>
    public required IReadOnlyList<double> Spacing { get; init; }
}
