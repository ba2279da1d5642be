using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Finds the 2 x 2 x 2 voxels around positions in a volume, and how far between them the positions lie.</summary>
/// <remarks>
/// Beyond the centres of the outermost voxels, positions are moved to them. A cell ends at the last voxel of an axis, where the upper
/// voxel's weight is one; along an axis of one voxel, both are that voxel. So every cell lies within the volume.
/// </remarks>
internal readonly struct VoxelCells
{
    /// <summary>Voxels of a row that are treated at once; a multiple of the vectors' length.</summary>
    public const int RunLength = 64;

    private readonly VolumeShape _shape;

    /// <summary>The cells of a volume of that size.</summary>
    public VoxelCells(VolumeShape shape)
    {
        _shape = shape;
        (StepX, StepY, StepZ) = (
            shape.Width > 1 ? 1 : 0,
            shape.Height > 1 ? shape.Width : 0,
            shape.Depth > 1 ? shape.Width * shape.Height : 0
        );
    }

    /// <summary>From the lower voxel of a cell to the upper along x, in voxels of memory.</summary>
    public int StepX { get; }

    /// <summary>From the lower voxel of a cell to the upper along y, in voxels of memory.</summary>
    public int StepY { get; }

    /// <summary>From the lower voxel of a cell to the upper along z, in voxels of memory.</summary>
    public int StepZ { get; }

    /// <summary>The cells around <see cref="RunLength"/> positions along a line.</summary>
    /// <param name="start">The line's origin, in voxels.</param>
    /// <param name="step">From one position to the next.</param>
    /// <param name="first">Number of the first position on the line.</param>
    /// <param name="offsets">Receives the offset in memory of the lowest voxel of each cell.</param>
    /// <param name="x">Receives the weight, 0 to 1, of the upper voxels along x.</param>
    /// <param name="y">Receives the weight, 0 to 1, of the upper voxels along y.</param>
    /// <param name="z">Receives the weight, 0 to 1, of the upper voxels along z.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(Vector3D start, Vector3D step, int first, Span<int> offsets, Span<float> x, Span<float> y, Span<float> z)
    {
        var (alongX, alongY, alongZ) = (
            new Line(start.X, step.X, _shape.Width, StepX),
            new Line(start.Y, step.Y, _shape.Height, StepY),
            new Line(start.Z, step.Z, _shape.Depth, StepZ)
        );

        // Added to a whole number, 2^52 leaves it as an integer in the lower bits.
        var wholeNumber = Vector256.Create(4503599627370496.0);
        for (var i = 0; i < RunLength; i += 8)
        {
            var low = Vector256.Create((double)(first + i)) + Vector256.Create(0.0, 1, 2, 3);
            var high = low + Vector256.Create(4.0);
            var lowOffset = alongX.Find(low, out var lowX) + alongY.Find(low, out var lowY) + alongZ.Find(low, out var lowZ);
            var highOffset = alongX.Find(high, out var highX) + alongY.Find(high, out var highY) + alongZ.Find(high, out var highZ);
            Vector256.Narrow((lowOffset + wholeNumber).AsInt64(), (highOffset + wholeNumber).AsInt64()).CopyTo(offsets[i..]);
            Vector256.Narrow(lowX, highX).CopyTo(x[i..]);
            Vector256.Narrow(lowY, highY).CopyTo(y[i..]);
            Vector256.Narrow(lowZ, highZ).CopyTo(z[i..]);
        }
    }

    // One coordinate of the line, and the axis of the volume to which it belongs.
    private readonly struct Line(double start, double step, int length, int stride)
    {
        private readonly Vector256<double> _start = Vector256.Create(start);
        private readonly Vector256<double> _step = Vector256.Create(step);
        private readonly Vector256<double> _last = Vector256.Create((double)(length - 1));
        private readonly Vector256<double> _lastCell = Vector256.Create((double)Math.Max(length - 2, 0));
        private readonly Vector256<double> _stride = Vector256.Create((double)stride);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<double> Find(Vector256<double> numbers, out Vector256<double> weights)
        {
            var positions = Vector256.MaxNative(Vector256.MinNative(_start + (_step * numbers), _last), Vector256<double>.Zero);
            var lower = Vector256.MinNative(Vector256.Floor(positions), _lastCell);
            weights = positions - lower;
            return lower * _stride;
        }
    }
}
