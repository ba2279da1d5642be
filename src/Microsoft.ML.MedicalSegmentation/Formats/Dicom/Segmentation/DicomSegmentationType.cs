namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a segmentation object keeps its segments.</summary>
public enum DicomSegmentationType
{
    /// <summary>One bit a voxel and segment; segments may overlap.</summary>
    Binary,

    /// <summary>A probability or share from 0 to 1, a voxel and segment.</summary>
    Fractional,

    /// <summary>One number a voxel; segments do not overlap.</summary>
    LabelMap,
}

/// <summary>What a reader of labels does with voxels of several segments.</summary>
public enum DicomOverlap
{
    /// <summary>Fails and says how many voxels there are.</summary>
    Refuse,

    /// <summary>The segment of the smallest number wins.</summary>
    LowestNumber,

    /// <summary>The segment of the largest number wins.</summary>
    HighestNumber,
}
