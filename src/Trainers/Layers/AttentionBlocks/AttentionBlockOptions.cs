namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The numbers of attention blocks; each block reads those that it has.</summary>
public sealed record AttentionBlockOptions
{
    /// <summary>By how much the channels shrink inside the block; at least 4 remain where there are so many.</summary>
    /// <value>At least 1; default: the paper's.</value>
    public int? Reduction { get; init; }

    /// <summary>Size of the kernel that looks for relevant places (CBAM), or of the one that runs along the channels (ECA).</summary>
    /// <value>Odd; default: the paper's.</value>
    public int? Kernel { get; init; }

    /// <summary>Distance of the elements of the kernels that look for relevant places (BAM).</summary>
    /// <value>At least 1; default: the paper's.</value>
    public int? Dilation { get; init; }

    /// <summary>By how much the grid whose positions are gathered is coarser than that of those who gather (non-local).</summary>
    /// <value>At least 1; default 1, no coarser. Memory falls with its square (2D) or cube (3D).</value>
    public int Subsampling { get; init; } = 1;

    /// <summary>
    /// Whether the block is as in the code that its authors published, where that is not what their paper says: CBAM with a batch norm
    /// instead of a bias after the spatial convolution; BAM with batch norms and the product of its branches; scSE with the larger of its
    /// branches; and channels reduced without a lower limit of 4.
    /// </summary>
    /// <value>Default: false.</value>
    public bool Strict { get; init; }

    /// <summary>Channels inside a block that reduces by <paramref name="byDefault"/> where nothing else is asked for.</summary>
    internal long Inner(long channels, int byDefault) =>
        Math.Max(channels / (Reduction ?? byDefault), Strict ? 1 : Math.Min(channels, 4));

    /// <summary>Every impossible value as a sentence.</summary>
    internal IEnumerable<string> Faults()
    {
        foreach (
            var (name, number) in new[] { (nameof(Reduction), Reduction), (nameof(Dilation), Dilation), (nameof(Subsampling), Subsampling) }
        )
        {
            if (number < 1)
            {
                yield return $"AttentionOptions.{name} is {number}; it must be at least 1.";
            }
        }

        if (Kernel is { } kernel && (kernel < 1 || kernel % 2 == 0))
        {
            yield return $"AttentionOptions.Kernel is {kernel}; it must be odd.";
        }
    }
}
