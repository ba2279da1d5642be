namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Axes of a volume in memory.</summary>
[Flags]
public enum VolumeAxes
{
    /// <summary>No axis.</summary>
    None = 0,

    /// <summary>x, along rows.</summary>
    Width = 1,

    /// <summary>y, along columns.</summary>
    Height = 2,

    /// <summary>z, across slices.</summary>
    Depth = 4,

    /// <summary>Every axis.</summary>
    All = Width | Height | Depth,
}
