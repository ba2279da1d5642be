namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>
/// How the voxels of a channel lie along one axis: groups of <see cref="Count"/> runs of <see cref="Run"/> neighbouring voxels.
/// </summary>
/// <param name="Run">Voxels from one place of the axis to the next: 1 along x.</param>
/// <param name="Count">Places of the axis.</param>
internal readonly record struct VoxelAxis(int Run, int Count)
{
    /// <summary>Voxels of a group.</summary>
    public int Group => Run * Count;
}
