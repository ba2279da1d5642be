namespace Microsoft.ML.MedicalSegmentation.Volumes;

/// <summary>Colours for labels that have none.</summary>
internal static class LabelPalette
{
    /// <summary>Ten colours, 0xRRGGBB, that differ in hue and lightness; the first ones most.</summary>
    public static IReadOnlyList<int> Default { get; } =
        [0xE6194B, 0x3CB44B, 0x4363D8, 0xFFE119, 0xF58231, 0x911EB4, 0x42D4F4, 0xF032E6, 0xBFEF45, 0xFABED4];
}
