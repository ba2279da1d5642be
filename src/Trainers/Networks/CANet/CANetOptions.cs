namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What a <see cref="CANet"/> is built from.</summary>
public sealed record CANetOptions : NetworkOptions
{
    /// <summary>The defaults: the published network, width 16, depth 5.</summary>
    public CANetOptions()
    {
    }

    /// <summary>The defaults, with what every network is built from.</summary>
    public CANetOptions(NetworkOptions common)
        : base(common)
    {
    }

    /// <summary>Chance that a channel of the coarse levels is zeroed while training.</summary>
    /// <value>At least 0 and below 1; default 0.5.</value>
    public double Dropout { get; init; } = 0.5;

    /// <summary>How many voxels of a skip connection one weight of a gate serves.</summary>
    /// <value>At least 1; default 1, as published. The authors' "attention_dsample".</value>
    public PerAxis? GateSubsampling { get; init; }

    /// <summary>How the gates form their weights.</summary>
    /// <value>Default: <see cref="GateActivation.Sigmoid"/>, as published. The authors' "nonlocal_mode".</value>
    public GateActivation GateActivation { get; init; }

    /// <summary>
    /// Whether the network computes what the authors' code does: zeros fill up the last row or column where a level has an odd side (random
    /// numbers in their code), and the result is probabilities instead of logits.
    /// </summary>
    /// <value>Default: false. For comparison with their code; losses and scoring expect logits.</value>
    public bool Strict { get; init; }

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

        if (Dropout is not (>= 0 and < 1))
        {
            yield return $"Dropout is {Dropout}; it must be at least 0 and below 1.";
        }
    }
}
