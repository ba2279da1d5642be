using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Patches, batches and the memory of training cases: <see cref="SegmentationTrainer.Options.Sampling"/>.</summary>
public sealed record SamplingOptions
{
    /// <summary>What the network sees at once while it trains.</summary>
    /// <value>
    /// Voxels; each side a multiple of what the network needs. Default: null, large enough for every training volume, but
    /// at most <see cref="MedicalSegmentation.PatchSize.LargestAutomaticSide"/> on a side.
    /// </value>
    public PatchSize? PatchSize { get; init; }

    /// <summary>Patches per step.</summary>
    /// <value>At least 1. Default: 2.</value>
    public int BatchSize { get; init; } = 2;

    /// <summary>Steps of an epoch.</summary>
    /// <value>At least 0. Default: 0, as many as it takes to see each case once.</value>
    public int StepsPerEpoch { get; init; }

    /// <summary>Share of the patches that are centred on some structure; the others lie anywhere.</summary>
    /// <value>0 to 1. Default: 0.33, as nnU-Net.</value>
    public double ForegroundFraction { get; init; } = 0.33;

    /// <summary>
    /// Memory that the voxels of training cases may take; cases beyond it lie in a temporary file, which is removed at the end.
    /// </summary>
    /// <value>Bytes, at least 0. Default: 4 GiB.</value>
    public long MaximumCacheBytes { get; init; } = 4L << 30;

    /// <summary>Threads that prepare patches while the network computes. The patches are the same whatever the number.</summary>
    /// <value>0 to 64. Default: 0, half of the processors, from 1 to 8.</value>
    public int Workers { get; init; }

    internal int WorkersOrDefault => Workers > 0 ? Workers : Math.Clamp(Environment.ProcessorCount / 2, 1, 8);

    internal void AddFaults(OptionFaults faults)
    {
        MedicalSegmentation.PatchSize.AddFaults(faults, "Sampling.PatchSize", PatchSize);
        faults.AtLeast("Sampling.BatchSize", BatchSize, 1);
        faults.AtLeast("Sampling.StepsPerEpoch", StepsPerEpoch, 0);
        faults.AtLeast("Sampling.MaximumCacheBytes", MaximumCacheBytes, 0);
        faults.Require(Workers is >= 0 and <= 64, "Sampling.Workers", Workers, "from 0 to 64");
        faults.Require(ForegroundFraction is >= 0 and <= 1, "Sampling.ForegroundFraction", ForegroundFraction, "from 0 to 1");
    }
}
