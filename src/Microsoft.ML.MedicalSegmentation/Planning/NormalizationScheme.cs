namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>nnU-Net's rules for the intensities of a channel.</summary>
public enum NormalizationScheme
{
    /// <summary>Minus the image's mean, divided by its standard deviation.</summary>
    ZScore,

    /// <summary>
    /// Clipped to the data set's 0.5th and 99.5th percentile, minus its mean, divided by its standard deviation; for Hounsfield units.
    /// </summary>
    CT,

    /// <summary>From the image's own range to 0 to 1.</summary>
    RescaleTo01,

    /// <summary>From 0 to 255 to 0 to 1.</summary>
    RgbTo01,

    /// <summary>As they are.</summary>
    None,
}
