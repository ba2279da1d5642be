namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What planning needs to know of one image.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="Shape">All voxels.</param>
/// <param name="CroppedShape">Voxels of the smallest box around all that are not 0 in some channel; all voxels if there are none.</param>
/// <param name="CroppedRatio">Voxels of that box as a share of all, above 0 and up to 1.</param>
/// <param name="Spacing">mm along x, y and z.</param>
public sealed record CaseFingerprint(string CaseId, VolumeShape Shape, VolumeShape CroppedShape, double CroppedRatio, Vector3D Spacing);
