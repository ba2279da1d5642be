using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How labels are resampled.</summary>
public sealed record LabelResamplingOptions
{
    /// <summary>
    /// nnU-Net's choice for labels: per class linear, and the nearest slice along the coarse axis of anisotropic volumes.
    /// </summary>
    public static LabelResamplingOptions NnUNet { get; } =
        new() { Interpolation = LabelInterpolation.PerClassLinear, AnisotropyThreshold = 3 };

    /// <summary>How labels between voxels are found.</summary>
    /// <value>Default: <see cref="LabelInterpolation.Nearest"/>.</value>
    public LabelInterpolation Interpolation { get; init; } = LabelInterpolation.Nearest;

    /// <inheritdoc cref="ResamplingOptions.AnisotropyThreshold"/>
    public double? AnisotropyThreshold { get; init; }

    /// <inheritdoc cref="ResamplingOptions.MaximumThreads"/>
    public int MaximumThreads { get; init; }

    /// <inheritdoc cref="ResamplingOptions.Reach"/>
    internal double Reach { get; init; } = 0.5;

    internal ParallelOptions Parallelism
        => new() { MaxDegreeOfParallelism = MaximumThreads == 0 ? Environment.ProcessorCount : MaximumThreads };

    /// <summary>Fails for options that cannot be followed; the message lists all faults.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        AddFaults(faults);
        faults.ThrowIfAny("resampling labels");
    }

    internal void AddFaults(OptionFaults faults)
    {
        faults.Add(
            !Enum.IsDefined(Interpolation),
            $"Interpolation of labels is {Interpolation}; use {string.Join(", ", Enum.GetNames<LabelInterpolation>())}."
        );
        AddSharedFaults(faults, AnisotropyThreshold, MaximumThreads);
    }

    internal static void AddSharedFaults(OptionFaults faults, double? anisotropyThreshold, int maximumThreads)
    {
        faults.Add(
            anisotropyThreshold is { } threshold && !(threshold > 1 && double.IsFinite(threshold)),
            $"AnisotropyThreshold is {anisotropyThreshold}; it must be above 1, such as 3.");
        faults.Add(maximumThreads < 0, $"MaximumThreads is {maximumThreads}; use 1 or more, or 0 for one per processor.");
    }
}
