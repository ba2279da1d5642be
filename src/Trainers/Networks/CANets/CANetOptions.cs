using Microsoft.ML.MedicalSegmentation.Networks.CANets;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Chooses a CA-Net (<see cref="CANet"/>). The defaults: the published network, width 16, depth 5.</summary>
public sealed record CANetOptions : NetworkOptions
{
    /// <inheritdoc/>
    public override NetworkEntry Entry => CANet.Entry;

    /// <summary>Chance that a channel of the coarse levels is zeroed while training.</summary>
    /// <value>At least 0 and below 1; default 0.5.</value>
    public double Dropout { get; init; } = 0.5;

    /// <summary>How many voxels of a skip connection one weight of a gate serves.</summary>
    /// <value>At least 1; default 1, as published. The authors' "attention_dsample".</value>
    public PerAxis? GateSubsampling { get; init; }

    /// <summary>How the gates form their weights.</summary>
    /// <value>Default: <see cref="GateActivation.Sigmoid"/>, as published. The authors' "nonlocal_mode".</value>
    public GateActivation GateActivation { get; init; }

    /// <summary>Channels that each level predicts and scale attention joins; all classes are told apart by these alone.</summary>
    /// <value>
    /// At least 1. Default: 4, as published, for two classes and where <see cref="Strict"/>; for more classes four for each structure, up
    /// to 16, but no fewer than classes: with 4 channels, in some trainings a structure was never learnt. Checkpoints of the authors' code
    /// need 4.
    /// </value>
    public int? ScaleChannels { get; init; }

    /// <summary>
    /// Whether the network computes what the authors' code does: zeros fill up the last row or column where a level has an odd side (random
    /// numbers in their code), and the result is probabilities instead of logits.
    /// </summary>
    /// <value>Default: false. For comparison with their code; losses and scoring expect logits.</value>
    public bool Strict { get; init; }

    internal int ChannelsOfScale => ScaleChannels ?? (Strict || Classes <= 2 ? 4 : Math.Max(Classes, Math.Min(16, 4 * (Classes - 1))));

    internal int Levels => Depth ?? 5;

    internal long[] GateGrid => (GateSubsampling ?? 1).For(SpatialDims);

    internal long FirstWidth => Width ?? 16;

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (var fault in base.Faults())
        {
            yield return fault;
        }

        if (Depth > 8)
        {
            yield return $"Depth is {Depth}; it must be at most 8.";
        }

        if (GateSubsampling is { } sizes && (sizes.Any(size => size < 1) || (sizes.Count() != 1 && sizes.Count() != SpatialDims)))
        {
            yield return $"GateSubsampling is {sizes}; give one number of at least 1, or {SpatialDims}.";
        }

        if (ScaleChannels < 1)
        {
            yield return $"ScaleChannels is {ScaleChannels}; it must be at least 1, such as 4.";
        }

        if (Dropout is not (>= 0 and < 1))
        {
            yield return $"Dropout is {Dropout}; it must be at least 0 and below 1.";
        }
    }
}
