using System.Runtime.Intrinsics;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

/// <summary>The exact distance in mm from each place of one surface to the nearest place of another.</summary>
/// <remarks>
/// A Euclidean distance transform, axis by axis, that is finished only where the first surface has a place. Rows and slices yield offsets
/// in whole voxels (4 bytes for each place of the box), so nothing is rounded before the last square root. Threads share out slices, then
/// rows; the result does not depend on their number.
/// </remarks>
internal sealed class NearestSurface
{
    /// <summary>The longest side of a box within a slice; offsets are kept in 16 bits.</summary>
    public const int LongestSide = ushort.MaxValue;

    private const int TileWidth = 16;

    private uint[] _offsets = []; // to the nearest place in the slice: along x in the lower half, along y in the upper half

    /// <summary>Distances from each place of <paramref name="from"/>, row by row along y and, within, by x and z.</summary>
    /// <param name="from">The places to measure at.</param>
    /// <param name="to">The surface to measure to, of the same box; not empty.</param>
    /// <param name="spacing">Distance of neighbouring places along x, y and z in mm.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    /// <param name="codes">The code of each place in the order of the distances, of the same length; empty to leave them out.</param>
    public double[] Measure(SurfaceMarks from, SurfaceMarks to, Vector3D spacing, ParallelOptions parallelism, byte[] codes)
    {
        var size = to.Size;
        var pitch = size.Height * size.Width;
        if (_offsets.Length < size.Depth * pitch)
        {
            _offsets = LargeArray.Allocate<uint>(size.Depth * pitch);
        }

        var slices = MarkedSlices(to);
        ForParts(slices.Length, parallelism, (first, end) =>
        {
            var pass = new SlicePass(to, _offsets, spacing);
            for (var i = first; i < end; i++)
            {
                pass.Run(slices[i]);
            }
        });

        var starts = RowStarts(from);
        var distances = LargeArray.Allocate<double>(from.Count);
        ForParts(size.Height, parallelism, (first, end) =>
        {
            var pass = new DepthPass(from, _offsets, slices, spacing);
            for (var y = first; y < end; y++)
            {
                if (starts[y + 1] > starts[y])
                {
                    pass.Run(
                        y,
                        distances.AsSpan(starts[y]..starts[y + 1]),
                        codes.Length == 0 ? default : codes.AsSpan(starts[y]..starts[y + 1])
                    );
                }
            }
        });
        return distances;
    }

    private static int[] MarkedSlices(SurfaceMarks marks) =>
        [
            .. Enumerable
                .Range(0, marks.Size.Depth)
                .Where(z => marks.RowCounts.AsSpan(z * marks.Size.Height, marks.Size.Height).ContainsAnyExcept(0)),
        ];

    // Where the results of each y begin; one more for the end.
    private static int[] RowStarts(SurfaceMarks from)
    {
        var starts = new int[from.Size.Height + 1];
        for (var row = 0; row < from.Size.Depth * from.Size.Height; row++)
        {
            starts[(row % from.Size.Height) + 1] += from.RowCounts[row];
        }

        for (var y = 0; y < from.Size.Height; y++)
        {
            starts[y + 1] += starts[y];
        }

        return starts;
    }

    // Runs of neighbouring items, so that each thread makes its buffers a few times only.
    private static void ForParts(int count, ParallelOptions parallelism, Action<int, int> run)
    {
        var threads = parallelism.MaxDegreeOfParallelism < 1 ? Environment.ProcessorCount : parallelism.MaxDegreeOfParallelism;
        var parts = Math.Min(count, 4 * threads);
        Parallel.For(0, parts, parallelism, part => run((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts)));
    }

    /// <summary>Within a slice: to the nearest place along x, then along x and y.</summary>
    private sealed class SlicePass(SurfaceMarks to, uint[] offsets, Vector3D spacing)
    {
        private readonly int _height = to.Size.Height;
        private readonly int _width = to.Size.Width;
        private readonly ushort[] _alongX = new ushort[to.Size.Height * to.Size.Width];
        private readonly int[] _rows = new int[to.Size.Height];
        private readonly double[] _lifts = new double[to.Size.Height * TileWidth];
        private readonly uint[] _tile = new uint[to.Size.Height * TileWidth];
        private readonly LowerEnvelope _envelope = new(to.Size.Height);
        private readonly double _ratio = spacing.X * spacing.X / (spacing.Y * spacing.Y);

        public void Run(int z)
        {
            var count = 0;
            for (var y = 0; y < _height; y++)
            {
                if (to.RowCounts[(z * _height) + y] > 0)
                {
                    NearestInRow(to.Row((z * _height) + y), _alongX.AsSpan(count * _width, _width));
                    _rows[count++] = y;
                }
            }

            var plane = offsets.AsSpan(z * _height * _width, _height * _width);
            for (var x = 0; x < _width; x += TileWidth)
            {
                NearestInSlice(_rows.AsSpan(0, count), x, Math.Min(TileWidth, _width - x), plane);
            }
        }

        private static void NearestInRow(ReadOnlySpan<byte> marks, Span<ushort> offsets)
        {
            var before = -1;
            for (var x = 0; x < marks.Length;)
            {
                var next = marks[x..].IndexOfAnyExcept((byte)0);
                var after = next < 0 ? marks.Length : x + next;
                var middle = before < 0 ? x : next < 0 ? marks.Length : ((before + after) / 2) + 1;
                for (; x < middle; x++)
                {
                    offsets[x] = (ushort)(x - before);
                }

                for (; x < after; x++)
                {
                    offsets[x] = (ushort)(after - x);
                }

                if (x < marks.Length)
                {
                    (offsets[x], before) = (0, x);
                    x++;
                }
            }
        }

        private void NearestInSlice(ReadOnlySpan<int> rows, int firstX, int columns, Span<uint> plane)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                var alongX = _alongX.AsSpan((i * _width) + firstX, columns);
                for (var column = 0; column < columns; column++)
                {
                    double offset = alongX[column];
                    _lifts[(i * TileWidth) + column] = offset * offset * _ratio;
                }
            }

            for (var column = 0; column < columns; column++)
            {
                _envelope.Build(rows, _lifts.AsSpan(column), TileWidth);
                var walk = _envelope.Begin();
                for (var y = 0; y < _height; y++)
                {
                    var nearest = walk.NearestTo(y);
                    _tile[(y * TileWidth) + column] =
                        _alongX[(nearest * _width) + firstX + column] | ((uint)Math.Abs(rows[nearest] - y) << 16);
                }
            }

            for (var y = 0; y < _height; y++)
            {
                _tile.AsSpan(y * TileWidth, columns).CopyTo(plane.Slice((y * _width) + firstX, columns));
            }
        }
    }

    /// <summary>Across slices, at the places to measure at only.</summary>
    private sealed class DepthPass(SurfaceMarks from, uint[] offsets, int[] slices, Vector3D spacing)
    {
        private readonly (int Depth, int Height, int Width) _size = from.Size;
        private readonly double[] _squares = new double[slices.Length * TileWidth];
        private readonly double[] _lifts = new double[slices.Length * TileWidth];
        private readonly byte[] _codes = new byte[from.Size.Depth * TileWidth];
        private readonly LowerEnvelope _envelope = new(Math.Max(from.Size.Depth, 1));
        private readonly Vector3D _weights = new(spacing.X * spacing.X, spacing.Y * spacing.Y, spacing.Z * spacing.Z);

        public void Run(int y, Span<double> distances, Span<byte> codes)
        {
            var next = 0;
            for (var x = 0; x < _size.Width; x += TileWidth)
            {
                var columns = Math.Min(TileWidth, _size.Width - x);
                var marked = Gather(y, x, columns);
                if (marked == Vector128<byte>.Zero)
                {
                    continue;
                }

                Lift(y, x, columns);
                for (var column = 0; column < columns; column++)
                {
                    if (marked[column] != 0)
                    {
                        Measure(column, distances, codes, ref next);
                    }
                }
            }
        }

        // The codes of a tile of columns; all of a column's together, to see at once whether it has any.
        private Vector128<byte> Gather(int y, int x, int columns)
        {
            var any = Vector128<byte>.Zero;
            Span<byte> padded = stackalloc byte[TileWidth];
            padded.Clear();
            for (var z = 0; z < _size.Depth; z++)
            {
                var row = (z * _size.Height) + y;
                var codes = _codes.AsSpan(z * TileWidth, TileWidth);
                if (from.RowCounts[row] == 0)
                {
                    codes.Clear();
                    continue;
                }

                from.Row(row).Slice(x, columns).CopyTo(padded);
                padded.CopyTo(codes);
                any |= Vector128.Create<byte>(padded);
            }

            return any;
        }

        private void Lift(int y, int x, int columns)
        {
            var unit = 1 / _weights.Z;
            for (var i = 0; i < slices.Length; i++)
            {
                var row = offsets.AsSpan((((slices[i] * _size.Height) + y) * _size.Width) + x, columns);
                for (var column = 0; column < row.Length; column++)
                {
                    double alongX = (int)(row[column] & 0xFFFF), alongY = (int)(row[column] >> 16);
                    var square = (alongX * alongX * _weights.X) + (alongY * alongY * _weights.Y);
                    _squares[(i * TileWidth) + column] = square;
                    _lifts[(i * TileWidth) + column] = square * unit;
                }
            }
        }

        private void Measure(int column, Span<double> distances, Span<byte> codes, ref int next)
        {
            _envelope.Build(slices, _lifts.AsSpan(column), TileWidth);
            var walk = _envelope.Begin();
            for (var z = 0; z < _size.Depth; z++)
            {
                var code = _codes[(z * TileWidth) + column];
                if (code == 0)
                {
                    continue;
                }

                var nearest = walk.NearestTo(z);
                double alongZ = slices[nearest] - z;
                if (!codes.IsEmpty)
                {
                    codes[next] = code;
                }

                distances[next++] = Math.Sqrt((alongZ * alongZ * _weights.Z) + _squares[(nearest * TileWidth) + column]);
            }
        }
    }
}
