using Microsoft.ML.MedicalSegmentation.Data.Augmentation;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>
/// An augmentation whose change of intensities reaches the source's channels only, as a target must stay what was recorded.
/// </summary>
internal sealed record SourceAugmentation : PatchAugmentation
{
    private readonly PatchAugmentation _augmentation;
    private readonly int _sourceChannels;

    private SourceAugmentation(PatchAugmentation augmentation, int sourceChannels)
    {
        (_augmentation, _sourceChannels) = (augmentation, sourceChannels);
        Probability = augmentation.Probability;
    }

    /// <summary>The list for patches whose first channels are the source's.</summary>
    public static IReadOnlyList<PatchAugmentation> Of(IReadOnlyList<PatchAugmentation> steps, int sourceChannels)
        => [.. steps.Select(step => step is Mirroring ? step : new SourceAugmentation(step, sourceChannels))];

    /// <inheritdoc/>
    protected internal override void Apply(TrainingPatch patch, PatchRandom random) =>
        _augmentation.Apply(patch.FirstChannels(_sourceChannels), random);

    /// <inheritdoc/>
    internal override void Warp(PatchWarp warp, PatchRandom random) => _augmentation.Warp(warp, random);
}
