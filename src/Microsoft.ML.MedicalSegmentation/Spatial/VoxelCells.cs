using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Finds the 2 x 2 x 2 voxels around positions in a volume, and how far between them the positions lie.</summary>
/// <remarks>
/// Beyond the centres of the outermost voxels, positions are moved to them. A cell ends at the last voxel of an axis, where the upper
/// voxel's weight is one; along an axis of one voxel, both are that voxel.
/// </remarks>
internal readonly struct VoxelCells
{
    private readonly int _lastX;
    private readonly int _lastY;
    private readonly int _lastZ;
    private readonly int _row;
    private readonly int _plane;

    /// <summary>The cells of a volume of that size.</summary>
    public VoxelCells(VolumeShape shape)
    {
        (_lastX, _lastY, _lastZ) = (shape.Width - 1, shape.Height - 1, shape.Depth - 1);
        (_row, _plane) = (shape.Width, shape.Width * shape.Height);
        (StepX, StepY, StepZ) = (shape.Width > 1 ? 1 : 0, shape.Height > 1 ? _row : 0, shape.Depth > 1 ? _plane : 0);
    }

    /// <summary>From the lower voxel of a cell to the upper along x, in voxels of memory.</summary>
    public int StepX { get; }

    /// <summary>From the lower voxel of a cell to the upper along y, in voxels of memory.</summary>
    public int StepY { get; }

    /// <summary>From the lower voxel of a cell to the upper along z, in voxels of memory.</summary>
    public int StepZ { get; }

    /// <summary>The cell around a position.</summary>
    /// <returns>Offset of its lowest voxel, and the weights, 0 to 1, of the upper voxels.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Offset, float X, float Y, float Z) Around(double x, double y, double z)
    {
        var (ix, tx) = Along(x, _lastX);
        var (iy, ty) = Along(y, _lastY);
        var (iz, tz) = Along(z, _lastZ);
        return ((iz * _plane) + (iy * _row) + ix, tx, ty, tz);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Lower, float Weight) Along(double position, int last)
    {
        var clamped = double.MaxNative(double.MinNative(position, last), 0);
        var lower = Math.Max(Math.Min(double.ConvertToIntegerNative<int>(clamped), last - 1), 0);
        return (lower, (float)(clamped - lower));
    }
}
