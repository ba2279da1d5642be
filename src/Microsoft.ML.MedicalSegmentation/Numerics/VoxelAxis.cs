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

    /// <summary>Axis 0 is x, 1 is y, 2 is z.</summary>
    public static VoxelAxis Of(VolumeShape shape, int axis) => axis switch
    {
        0 => new(1, shape.Width),
        1 => new(shape.Width, shape.Height),
        2 => new(shape.Width * shape.Height, shape.Depth),
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "A volume has the axes 0 (x), 1 (y) and 2 (z)."),
    };
}
