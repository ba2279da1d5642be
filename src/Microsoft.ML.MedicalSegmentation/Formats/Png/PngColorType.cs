namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>What the samples of a PNG's pixel mean; the numbers are the format's.</summary>
internal enum PngColorType
{
    /// <summary>One grey sample.</summary>
    Grey = 0,

    /// <summary>Red, green, blue.</summary>
    Rgb = 2,

    /// <summary>The number of a colour in a palette.</summary>
    Palette = 3,

    /// <summary>Grey and opacity.</summary>
    GreyAlpha = 4,

    /// <summary>Red, green, blue and opacity.</summary>
    Rgba = 6,
}
