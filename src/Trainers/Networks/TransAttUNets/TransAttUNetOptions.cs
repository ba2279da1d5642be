using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.TransAttUNets;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Chooses a TransAttUNet (<see cref="TransAttUNet"/>). The defaults: the published code's network, width 64, depth 5.</summary>
public sealed record TransAttUNetOptions : NetworkOptions
{
    /// <inheritdoc/>
    public override NetworkEntry Entry => TransAttUNet.Entry;

    /// <summary>Which coarser features each level of the decoder is given.</summary>
    /// <value>Default: <see cref="TransAttUNetSkips.Residual"/>, which released weights need.</value>
    public TransAttUNetSkips Skips { get; init; }

    /// <summary>
    /// Whether positions attend to each other in several heads, as the paper describes, instead of channels, as its code does.
    /// </summary>
    /// <value>Default: false, which released weights need.</value>
    public bool TokenAttention { get; init; }

    /// <summary>Groups of channels that attend separately in <see cref="TokenAttention"/>.</summary>
    /// <value>At least 1; divides the channels of the coarsest level. Default 8.</value>
    public int Heads { get; init; } = 8;

    /// <summary>Chance that a weight of the transformer's attention is zeroed while training.</summary>
    /// <value>At least 0 and below 1; default 0.1.</value>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Places along each axis of the coarsest level that have a learned position of their own.</summary>
    /// <value>At least 1; default 32, which serves sides of up to 512 at depth 5. Larger grids stretch the table.</value>
    public int PositionPlaces { get; init; } = 32;

    internal int Levels => Depth ?? 5;

    internal long FirstWidth => Width ?? 64;

    // The coarsest level has the channels of the one above it.
    internal long BottomWidth => FirstWidth << (Levels - 2);

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

        if (Heads < 1)
        {
            yield return $"Heads is {Heads}; it must be at least 1.";
        }
        else if (TokenAttention && Depth is null or (>= 2 and <= 8) && BottomWidth % Heads != 0)
        {
            yield return $"Heads is {Heads}; it must divide the {BottomWidth} channels of the coarsest level.";
        }

        if (AttentionDropout is not (>= 0 and < 1))
        {
            yield return $"AttentionDropout is {AttentionDropout}; it must be at least 0 and below 1.";
        }

        if (!Enum.IsDefined(Skips))
        {
            yield return $"Skips is {Skips}; it must be one of {string.Join(", ", Enum.GetNames<TransAttUNetSkips>())}.";
        }

        if (PositionPlaces < 1)
        {
            yield return $"PositionPlaces is {PositionPlaces}; it must be at least 1.";
        }
    }
}
