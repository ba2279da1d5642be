using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a segmentation network is run over volumes.</summary>
public sealed record ScoringSettings
{
    /// <summary>Whether overlapping tiles are averaged, or taken so that the result is that of the network on the whole volume.</summary>
    /// <value>
    /// Default: <see cref="ScoringTiling.Blended"/>. <see cref="ScoringTiling.Exact"/> ignores <see cref="Overlap"/> and serves networks
    /// that see a limited distance.
    /// </value>
    public ScoringTiling Tiling { get; init; }

    /// <summary>How far neighbouring tiles overlap, as a fraction of the patch.</summary>
    /// <value>0 to 0.9. Default: the overlap that the model states, usually 0.5. Less is faster and leaves more visible seams.</value>
    public double? Overlap { get; init; }

    /// <summary>
    /// Axes along which tiles are mirrored, in every combination; the outputs are averaged. Three axes take eight times as long.
    /// </summary>
    /// <value>
    /// Axes of the network's input: 0 is depth, 1 height, 2 width; for 2D networks 0 is height, 1 width. Empty: none. Default: null, what
    /// the model says; for models that say nothing, none. Use axes along which the network was trained mirrored.
    /// </value>
    public IReadOnlyList<int>? MirrorAxes { get; init; }

    /// <summary>Threads of ONNX Runtime for one run.</summary>
    /// <value>
    /// 1 to 1,024; default 0, one per core. Labels are bit-identical wherever this number, the processor and the ONNX Runtime are the same.
    /// </value>
    public int Threads { get; init; }

    /// <summary>Tiles that the network takes at once on a GPU; more than 1 pays there and takes as many times its memory.</summary>
    /// <remarks>A processor runs tiles one after the other; its labels do not depend on this number.</remarks>
    /// <value>1 to 256; default 1. A model with a fixed batch takes that number only.</value>
    public int BatchSize { get; init; } = 1;

    /// <summary>
    /// How far a volume's spacing may differ from the training spacing, along any axis, as a fraction of the training spacing.
    /// </summary>
    /// <value>Above 0; default 0.25.</value>
    public double SpacingTolerance { get; init; } = 0.25;

    /// <summary>
    /// True to refuse a volume whose spacing differs by more than <see cref="SpacingTolerance"/>; otherwise it is scored with a warning.
    /// </summary>
    public bool RequireTrainingSpacing { get; init; }

    /// <summary>
    /// How a volume whose spacing differs by more than <see cref="SpacingTolerance"/> is brought to that of training before it is scored;
    /// what the network says of it then returns to its own grid, where classes are decided. Null scores it as it is, with a warning.
    /// </summary>
    /// <remarks>
    /// Beside what scoring takes anyway, that takes a single-precision copy of the image at the training spacing and 12 bytes per class and
    /// voxel of one slice of the volume. A 2D network is resampled within slices only. Ignored by planned models, which resample as their
    /// plan says.
    /// </remarks>
    /// <value>Default null. <see cref="ResamplingOptions.NnUNet"/> is a good choice.</value>
    public ResamplingOptions? Resampling { get; init; }

    /// <summary>How labels of a resampled volume return to its own grid, where they are decided on that of training.</summary>
    /// <remarks>
    /// By default they are not: logits return by linear interpolation, and classes are decided on the volume's own grid, as in nnU-Net v2.
    /// That keeps surfaces smooth where training had the coarser spacing.
    /// </remarks>
    /// <value>
    /// Default null: decides on the volume's own grid. Models saved by versions that had no such choice keep
    /// <see cref="LabelInterpolation.PerClassLinear"/>.
    /// </value>
    public LabelInterpolation? LabelReturn { get; init; }

    /// <summary>
    /// The most values, over all channels, that a volume may have once <see cref="Resampling"/> has brought it to the training spacing.
    /// </summary>
    /// <remarks>A wrong spacing in a file would otherwise ask for any amount of memory.</remarks>
    /// <value>1 or more. Default 2^29: 2 GiB.</value>
    public long MaximumResampledVoxels { get; init; } = 1L << 29;

    /// <summary>Fails for settings that cannot be followed; the message lists all faults.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        AddFaults(faults);
        faults.ThrowIfAny("scoring");
    }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    internal void AddFaults(OptionFaults faults)
    {
        faults.Add(
            Overlap is { } overlap && !(overlap is >= 0 and <= 0.9),
            $"Overlap is {Overlap}; it is a fraction of the patch from 0 to 0.9."
        );
        faults.Add(
            MirrorAxes is { } axes && (axes.Distinct().Count() != axes.Count || axes.Any(axis => axis is < 0 or > 2)),
            $"MirrorAxes is [{string.Join(", ", MirrorAxes ?? [])}]; give each of 0, 1 and 2 at most once.");
        faults.Add(!Enum.IsDefined(Tiling), $"Tiling is {Tiling}; use {string.Join(" or ", Enum.GetNames<ScoringTiling>())}.");
        faults.Add(Threads is < 0 or > 1024, $"Threads is {Threads}; use 1 to 1,024, or 0 for one per core.");
        faults.Add(BatchSize is < 1 or > 256, $"BatchSize is {BatchSize}; use 1 to 256.");
        faults.Add(!(SpacingTolerance > 0), $"SpacingTolerance is {SpacingTolerance}; it is a fraction above 0, such as 0.25.");
        faults.Add(
            RequireTrainingSpacing && Resampling is not null,
            "RequireTrainingSpacing and Resampling are both given; use one of them."
        );
        faults.Add(
            LabelReturn is { } labelReturn && !Enum.IsDefined(labelReturn),
            $"LabelReturn is {LabelReturn}; use {string.Join(", ", Enum.GetNames<LabelInterpolation>())}, or null."
        );
        faults.Add(MaximumResampledVoxels < 1, $"MaximumResampledVoxels is {MaximumResampledVoxels}; use 1 or more.");
        Resampling?.AddFaults(faults);
    }
}
