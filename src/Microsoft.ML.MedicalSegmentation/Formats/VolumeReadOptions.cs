namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How volumes are read.</summary>
public sealed record VolumeReadOptions
{
    /// <summary>The defaults.</summary>
    public static VolumeReadOptions Default { get; } = new();

    /// <summary>How many threads read one file or series.</summary>
    /// <value>At least 1. Default: one per processor, at most 8.</value>
    public int MaximumThreads { get; init; } = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>Whether pictures with a palette give the numbers of their colours, one channel, instead of the colours.</summary>
    /// <value>Default false. Reading labels sets it: there the numbers are the labels and the palette is for viewers.</value>
    public bool KeepPaletteIndices { get; init; }

    /// <summary>Fails for options out of range.</summary>
    /// <exception cref="ArgumentException">Names every option that is out of range.</exception>
    public void Validate()
    {
        if (MaximumThreads < 1)
        {
            throw new ArgumentException($"The read options are out of range: {nameof(MaximumThreads)} is {MaximumThreads}; it must be at least 1.");
        }
    }
}
