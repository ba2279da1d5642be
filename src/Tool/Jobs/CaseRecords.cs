namespace MedSeg.Jobs;

/// <summary>Digests and features of cases, each read once, for models that learn from the same cases.</summary>
internal sealed class CaseRecords
{
    private readonly Dictionary<string, CardCase> _digests = [];
    private readonly Dictionary<string, InputFeatures> _features = [];

    /// <summary>The digest of the files of a case.</summary>
    public CardCase DigestOf(SegmentationCase one)
        => _digests.TryGetValue(one.ImagePaths[0], out var known) ? known : _digests[one.ImagePaths[0]] = CardCase.Of(one);

    /// <summary>What the image of a case is like.</summary>
    public InputFeatures FeaturesOf(SegmentationCase one) =>
        _features.TryGetValue(one.ImagePaths[0], out var known)
            ? known
            : _features[one.ImagePaths[0]] = InputFeatures.Of(VolumeFormats.Open(one.ImagePaths[0]));
}
