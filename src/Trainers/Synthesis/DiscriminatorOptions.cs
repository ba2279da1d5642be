using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The size of a discriminator.</summary>
public sealed record DiscriminatorOptions
{
    /// <summary>Channels of the first convolution; deeper ones have up to eight times as many.</summary>
    /// <value>1 to 512. Default: 16. Ours: the text of the paper at hand gives no numbers.</value>
    public int Width { get; init; } = 16;

    /// <summary>How often the grid is halved.</summary>
    /// <value>
    /// Global: 1 to 8. Local: 0 to 4; fewer see finer regions. Defaults, ours: 3 for the global discriminator and 1 for the local one.
    /// </value>
    public int Stages { get; init; } = 3;

    internal void AddFaults(OptionFaults faults, string name, int fewest, int most)
    {
        faults.Require(Width is >= 1 and <= 512, $"{name}.Width", Width, "from 1 to 512");
        faults.Require(Stages >= fewest && Stages <= most, $"{name}.Stages", Stages, $"from {fewest} to {most}");
    }
}
