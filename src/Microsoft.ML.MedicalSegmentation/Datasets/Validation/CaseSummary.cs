using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What a check saw of one case.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="IsTest">True for cases that the data set keeps apart for testing.</param>
/// <param name="Shape">Voxels of the image, all channels; null if it cannot be read.</param>
/// <param name="Spacing">mm along x, y and z; null if the image cannot be read.</param>
/// <param name="Orientation">Such as "RAS"; null if the image cannot be read.</param>
/// <param name="VoxelType">How the first image file stores a voxel; null if it cannot be read.</param>
/// <param name="LabelVoxels">How many voxels carry each label value; null without readable labels.</param>
public sealed record CaseSummary(
    string CaseId,
    bool IsTest,
    VolumeShape? Shape,
    Vector3D? Spacing,
    string? Orientation,
    VoxelType? VoxelType,
    IReadOnlyDictionary<int, long>? LabelVoxels)
{
    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
