namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A colour to show a class in, sRGB.</summary>
/// <param name="Red">0 to 255.</param>
/// <param name="Green">0 to 255.</param>
/// <param name="Blue">0 to 255.</param>
public readonly record struct LabelColor(byte Red, byte Green, byte Blue)
{
    /// <summary>The colour as on web pages, such as "#80AE80".</summary>
    public override string ToString() => $"#{Red:X2}{Green:X2}{Blue:X2}";
}
