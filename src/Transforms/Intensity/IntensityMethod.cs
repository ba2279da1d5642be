namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How intensities are brought to a common scale.</summary>
public enum IntensityMethod
{
    /// <summary>(value - mean) / standard deviation: for MR and ultrasound, whose values have no unit.</summary>
    ZScore,

    /// <summary>From minimum and maximum to 0 and 1.</summary>
    MinMax,

    /// <summary>
    /// From the limits of a window, such as centre 40 and width 400 HU for soft tissue, to 0 and 1; values outside are clipped.
    /// </summary>
    Window,

    /// <summary>Values stay as they are, apart from percentile clipping.</summary>
    ClipOnly,
}
