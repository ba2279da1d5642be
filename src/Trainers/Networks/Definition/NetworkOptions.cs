using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Chooses a network and says how it is built: <c>new UNetOptions { Depth = 5 }</c> is a U-Net of depth 5.</summary>
/// <remarks>
/// Each network has one sealed record that derives from this one. An application's own network does the same, and returns its own
/// <see cref="NetworkEntry"/> from <see cref="Entry"/>.
/// </remarks>
public abstract record NetworkOptions
{
    /// <summary>The network that these options build.</summary>
    public abstract NetworkEntry Entry { get; }

    /// <summary>Number of spatial axes.</summary>
    /// <value>2 or 3; default 3.</value>
    public int SpatialDims { get; init; } = 3;

    /// <summary>Channels of the image. A trainer sets it from the data.</summary>
    /// <value>At least 1; default 1.</value>
    public int InputChannels { get; init; } = 1;

    /// <summary>Channels of the result, the background included. A trainer sets it from the data.</summary>
    /// <value>At least 1 (one foreground class with a sigmoid); default 2.</value>
    public int Classes { get; init; } = 2;

    /// <summary>Channels of the first level; deeper levels have multiples of it.</summary>
    /// <value>At least 1; default: the network's own.</value>
    public int? Width { get; init; }

    /// <summary>Number of resolutions.</summary>
    /// <value>At least 2; default: the network's own.</value>
    public int? Depth { get; init; }

    /// <summary>Depth, height, width (2D: height, width) of the patches, for networks whose weights depend on it.</summary>
    /// <value>Default: the trainer's patch, or the network's own.</value>
    public IReadOnlyList<int>? PatchSize { get; init; }

    /// <summary>Builds the network with fresh weights, in training mode, on the CPU.</summary>
    /// <exception cref="ArgumentException">An option is impossible, or memory does not suffice.</exception>
    /// <exception cref="ExecutionEnvironmentException">TorchSharp's native libraries are missing or do not load.</exception>
    public Network CreateNetwork() => Entry.Create(this);

    /// <summary>Checks all values together.</summary>
    /// <exception cref="ArgumentException">A value is impossible; the message lists every one.</exception>
    public void Validate()
    {
        var faults = AllFaults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(
                $"The network options have {(faults.Count == 1 ? "a fault" : $"{faults.Count} faults")}: {string.Join(" ", faults)}"
            );
        }
    }

    /// <summary>Every fault, those that the entry finds included.</summary>
    internal IEnumerable<string> AllFaults() =>
        SpatialDims is (2 or 3) && !Entry.SpatialDims.Contains(SpatialDims)
            ? Faults()
                .Append(
                    $"{Entry.Key} has no form with {SpatialDims} spatial axes. Use "
                        + $"{string.Join(" or ", Entry.SpatialDims)}, or another network."
                )
            : Faults();

    /// <summary>Every impossible value as a sentence with what was given and what is required.</summary>
    protected virtual IEnumerable<string> Faults()
    {
        if (SpatialDims is not (2 or 3))
        {
            yield return $"SpatialDims is {SpatialDims}; it must be 2 or 3.";
        }

        if (InputChannels < 1)
        {
            yield return $"InputChannels is {InputChannels}; it must be at least 1.";
        }

        if (Classes < 1)
        {
            yield return $"Classes is {Classes}; it must be at least 1.";
        }

        if (Width < 1)
        {
            yield return $"Width is {Width}; it must be at least 1.";
        }

        if (Depth < 2)
        {
            yield return $"Depth is {Depth}; it must be at least 2.";
        }

        if (PatchSize is not null && (PatchSize.Count != SpatialDims || PatchSize.Any(side => side < 1)))
        {
            yield return $"PatchSize is {string.Join(" x ", PatchSize)}; it must have {SpatialDims} sides of at least 1.";
        }
    }
}
