namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

/// <summary>What is kept of a case once its voxels are let go.</summary>
internal sealed class InspectedCase(SegmentationCase source, bool isTest)
{
    public SegmentationCase Source => source;

    public bool IsTest => isTest;

    /// <summary>What is wrong with the case by itself.</summary>
    public List<DatasetFinding> Findings { get; } = [];

    /// <summary>The header of the first image file; null if it cannot be read.</summary>
    public VolumeHeader? Header { get; set; }

    /// <summary>Voxels of the image with the channels of all files; null if a file cannot be read.</summary>
    public VolumeShape? Shape { get; set; }

    /// <summary>Digest of every channel that is not constant; empty if a file cannot be read.</summary>
    public List<string> ImageDigests { get; } = [];

    /// <summary>Digest of labels that are not all background.</summary>
    public string? LabelDigest { get; set; }

    /// <summary>Voxels of each label value; null without readable labels.</summary>
    public IReadOnlyDictionary<int, long>? LabelVoxels { get; set; }

    public CaseFingerprint? Fingerprint { get; set; }

    /// <summary>Values of each channel at labelled voxels; null if there are none.</summary>
    public float[][]? Foreground { get; set; }

    public CaseSummary Summary =>
        new(
            source.Id,
            isTest,
            Shape,
            Shape is null ? null : Header?.Geometry.Spacing,
            Shape is null ? null : Header?.Geometry.OrientationCode,
            Header?.VoxelType,
            LabelVoxels
        );

    /// <summary>Notes what was found.</summary>
    public void Find(FindingSeverity severity, string code, string? file, string message)
        => Findings.Add(new(severity, code, source.Id, file, message));
}
