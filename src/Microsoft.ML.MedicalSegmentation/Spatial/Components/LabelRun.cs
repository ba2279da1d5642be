namespace Microsoft.ML.MedicalSegmentation.Spatial.Components;

/// <summary>Neighbouring voxels of a row that belong to one group.</summary>
/// <param name="Start">First voxel along x.</param>
/// <param name="End">The voxel after the last.</param>
/// <param name="Group">The group, above 0.</param>
internal readonly record struct LabelRun(int Start, int End, int Group);
