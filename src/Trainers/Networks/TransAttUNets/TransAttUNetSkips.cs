namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Which coarser features each level of a <see cref="Networks.TransAttUNets.TransAttUNet"/>'s decoder is given beside those of the level
/// below.
/// </summary>
public enum TransAttUNetSkips
{
    /// <summary>What went into the level below: the paper's R variant, the only one whose code was published.</summary>
    Residual,

    /// <summary>The features of all levels below: the paper's D variant.</summary>
    Dense,

    /// <summary>
    /// Nothing more; the features of all levels, at the image's size, go to the head together: the paper's C variant.
    /// </summary>
    Cascade,
}
