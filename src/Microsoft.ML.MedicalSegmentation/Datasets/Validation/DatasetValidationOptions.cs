using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a data set is checked.</summary>
public sealed record DatasetValidationOptions
{
    /// <summary>The defaults.</summary>
    public static DatasetValidationOptions Default { get; } = new();

    /// <summary>How many cases are read at once, each on one thread; memory holds as many cases and no more.</summary>
    /// <value>At least 1. Default: one per processor, at most 4.</value>
    public int MaximumThreads { get; init; } = Math.Min(Environment.ProcessorCount, 4);

    /// <summary>How many foreground voxels of each channel the fingerprint's statistics are of, all labelled cases together.</summary>
    /// <value>1 to 100,000,000, which is nnU-Net's number; 4 bytes each. Default: 10,000,000.</value>
    public int ForegroundSamples { get; init; } = 10_000_000;

    /// <summary>Chooses the foreground voxels; the same seed gives the same fingerprint, whatever the number of threads.</summary>
    /// <value>Default: 0.</value>
    public int Seed { get; init; }

    /// <summary>Told after each case how many are done, of how many; called by one thread at a time.</summary>
    public Action<int, int>? Progress { get; init; }

    /// <summary>Ends the check between two cases.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Fails for options out of range.</summary>
    /// <exception cref="ArgumentException">Names every option that is out of range.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(MaximumThreads < 1, $"{nameof(MaximumThreads)} is {MaximumThreads}; it must be at least 1.");
        faults.Add(
            ForegroundSamples is < 1 or > 100_000_000,
            $"{nameof(ForegroundSamples)} is {ForegroundSamples}; it must be 1 to 100,000,000."
        );
        faults.ThrowIfAny("Validate");
    }
}
