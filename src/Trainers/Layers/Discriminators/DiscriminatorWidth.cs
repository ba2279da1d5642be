namespace Microsoft.ML.MedicalSegmentation.Layers.Discriminators;

/// <summary>Numbers that both discriminators share.</summary>
internal static class DiscriminatorWidth
{
    /// <summary>Slope of the leaky ReLUs below 0.</summary>
    public const double Slope = 0.2;

    private const int MostDoublings = 3;

    /// <summary>Channels after a number of doublings.</summary>
    public static long Of(int width, int doublings) => (long)width << Math.Min(doublings, MostDoublings);
}
