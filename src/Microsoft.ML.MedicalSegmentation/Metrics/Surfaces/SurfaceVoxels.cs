using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

/// <summary>Finds the surface voxels of a label: those with a neighbour across a face that has another label.</summary>
/// <remarks>
/// Outside the volume nothing has the label. In a volume of one slice only the four neighbours within the slice count. The same set as the
/// mask less its erosion with the cross of 6 (4) neighbours.
/// </remarks>
internal static class SurfaceVoxels
{
    /// <summary>Marks the surface of a label with code 1.</summary>
    /// <param name="volume">The labels.</param>
    /// <param name="label">The label.</param>
    /// <param name="box">Holds every voxel of the label.</param>
    /// <param name="marks">Receives the marks.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    public static void Mark(LabelVolume volume, int label, VolumeRegion box, SurfaceMarks marks, ParallelOptions parallelism)
    {
        marks.Start((box.Depth, box.Height, box.Width));
        Parallel.For(0, box.Depth, parallelism, slice =>
        {
            if (volume.Voxels is Volume<byte> narrow)
            {
                MarkSlice(narrow.Voxels, volume.Shape, label <= byte.MaxValue ? (byte)label : null, box, slice, marks);
            }
            else
            {
                MarkSlice(MemoryMarshal.Cast<byte, ushort>(volume.Voxels.Bytes), volume.Shape, (ushort?)label, box, slice, marks);
            }
        });
        marks.Finish();
    }

    private static void MarkSlice<T>(ReadOnlySpan<T> voxels, VolumeShape shape, T? wanted, VolumeRegion box, int slice, SurfaceMarks marks)
        where T : unmanaged, INumber<T>
    {
        var z = box.Z + slice;
        for (var line = 0; line < box.Height; line++)
        {
            var row = (slice * box.Height) + line;
            var codes = marks.Row(row);
            var start = ((((z * shape.Height) + box.Y + line) * shape.Width) + box.X);
            if (wanted is { } label && voxels.Slice(start, box.Width).Contains(label))
            {
                var neighbours = new RowNeighbours<T>(voxels, shape, z, box.Y + line, label);
                neighbours.Mark(box.X, codes);
                marks.CountRow(row);
            }
            else
            {
                codes.Clear();
                marks.RowCounts[row] = 0;
            }
        }
    }

    // A row of voxels with the rows beside it; a row beyond the volume is empty and makes every voxel of the label one of the surface.
    private readonly ref struct RowNeighbours<T>
        where T : unmanaged, INumber<T>
    {
        private readonly ReadOnlySpan<T> _row, _above, _below, _before, _after;
        private readonly bool _isOpen;
        private readonly bool _isImage;
        private readonly T _label;

        public RowNeighbours(ReadOnlySpan<T> voxels, VolumeShape shape, int z, int y, T label)
        {
            var (width, plane) = (shape.Width, shape.Width * shape.Height);
            var start = (z * plane) + (y * width);
            _label = label;
            _isImage = shape.IsImage;
            _row = voxels.Slice(start, width);
            _isOpen = y == 0 || y == shape.Height - 1 || (!_isImage && (z == 0 || z == shape.Depth - 1));
            _above = _isOpen ? _row : voxels.Slice(start - width, width);
            _below = _isOpen ? _row : voxels.Slice(start + width, width);
            _before = _isOpen || _isImage ? _row : voxels.Slice(start - plane, width);
            _after = _isOpen || _isImage ? _row : voxels.Slice(start + plane, width);
        }

        public void Mark(int firstX, Span<byte> codes)
        {
            // Vectors read one voxel to either side, so the first and the last voxel of the row stay outside them.
            var (from, to) = (Math.Max(firstX, 1), Math.Min(firstX + codes.Length, _row.Length - 1));
            var lanes = Vector<byte>.Count;
            if (_isOpen || to - from < lanes)
            {
                MarkEach(firstX, firstX, firstX + codes.Length, codes);
                return;
            }

            MarkEach(firstX, firstX, from, codes);
            for (var x = from; x < to; x += lanes)
            {
                x = Math.Min(x, to - lanes); // the last vector overlaps the one before it
                MarkVector(x).CopyTo(codes[(x - firstX)..]);
            }

            MarkEach(firstX, to, firstX + codes.Length, codes);
        }

        private void MarkEach(int firstX, int from, int to, Span<byte> codes)
        {
            for (var x = from; x < to; x++)
            {
                codes[x - firstX] = _row[x] == _label && !IsInner(x) ? (byte)1 : (byte)0;
            }
        }

        private bool IsInner(int x) => !_isOpen && x > 0 && x < _row.Length - 1 && _row[x - 1] == _label && _row[x + 1] == _label
            && _above[x] == _label && _below[x] == _label && _before[x] == _label && _after[x] == _label;

        private Vector<byte> MarkVector(int x)
        {
            var surface = typeof(T) == typeof(byte)
                ? Surface(x).As<T, byte>()
                : Vector.Narrow(Surface(x).As<T, ushort>(), Surface(x + Vector<ushort>.Count).As<T, ushort>());
            return surface & Vector<byte>.One;
        }

        private Vector<T> Surface(int x)
        {
            var label = new Vector<T>(_label);
            var inner = Has(_row, x - 1, label) & Has(_row, x + 1, label) & Has(_above, x, label) & Has(_below, x, label);
            if (!_isImage)
            {
                inner &= Has(_before, x, label) & Has(_after, x, label);
            }

            return Vector.AndNot(Has(_row, x, label), inner);
        }

        private static Vector<T> Has(ReadOnlySpan<T> row, int x, Vector<T> label) => Vector.Equals(new Vector<T>(row[x..]), label);
    }
}
