using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One examination: the files of its image and, where experts have drawn them, of its labels.</summary>
/// <param name="Id">What reports call the case; unique within a data set.</param>
/// <param name="ImagePaths">One file, or one per channel.</param>
/// <param name="LabelPath">The label file; null if there is none.</param>
public sealed record SegmentationCase(string Id, IReadOnlyList<string> ImagePaths, string? LabelPath)
{
    /// <summary>What cases that must stay together when data are split have in common, such as their patient.</summary>
    /// <value>Default: null, the case is independent of all others.</value>
    public string? Group { get; init; }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
