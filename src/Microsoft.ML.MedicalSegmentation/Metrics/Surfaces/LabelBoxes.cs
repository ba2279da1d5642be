using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

/// <summary>The smallest box around each label of one or two volumes of one grid, found in one pass for all labels.</summary>
internal sealed class LabelBoxes
{
    private readonly Dictionary<int, Extent> _extents = [];

    private LabelBoxes()
    {
    }

    /// <summary>The label values that occur, ascending; the background is not looked for.</summary>
    public IEnumerable<int> Labels => _extents.Keys.Order();

    /// <summary>The box around a label in both volumes; null if neither has it.</summary>
    public VolumeRegion? this[int label] => _extents.TryGetValue(label, out var extent) ? extent.ToRegion() : null;

    /// <summary>Looks through the volumes once, row by row, run of equal labels by run.</summary>
    public static LabelBoxes Find(ParallelOptions parallelism, params LabelVolume[] volumes)
    {
        var boxes = new LabelBoxes();
        foreach (var volume in volumes)
        {
            var shape = volume.Shape;
            Parallel.For(
                0,
                shape.Depth,
                parallelism,
                static () => new Dictionary<int, Extent>(),
                (z, _, found) =>
                {
                    if (volume.Voxels is Volume<byte> narrow)
                    {
                        ScanSlice<byte>(narrow.Voxels, shape, z, found);
                    }
                    else
                    {
                        ScanSlice<ushort>(MemoryMarshal.Cast<byte, ushort>(volume.Voxels.Bytes), shape, z, found);
                    }

                    return found;
                },
                boxes.Include);
        }

        return boxes;
    }

    private static void ScanSlice<T>(ReadOnlySpan<T> voxels, VolumeShape shape, int z, Dictionary<int, Extent> found)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var (last, extent) = (-1, default(Extent));
        for (var y = 0; y < shape.Height; y++)
        {
            var row = voxels.Slice(((z * shape.Height) + y) * shape.Width, shape.Width);
            for (int start = 0, end; start < row.Length; start = end)
            {
                var length = row[(start + 1)..].IndexOfAnyExcept(row[start]);
                end = length < 0 ? row.Length : start + 1 + length;
                var label = int.CreateTruncating(row[start]);
                if (label == 0)
                {
                    continue;
                }

                if (label != last || extent is null)
                {
                    last = label;
                    extent = CollectionsMarshal.GetValueRefOrAddDefault(found, label, out _) ??= new Extent();
                }

                extent.Include(z, y, start, end - 1);
            }
        }
    }

    private void Include(Dictionary<int, Extent> found)
    {
        lock (_extents)
        {
            foreach (var (label, extent) in found)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_extents, label, out _) ??= new Extent()).Include(extent);
            }
        }
    }

    private sealed class Extent
    {
        private (int Z, int Y, int X) _low = (int.MaxValue, int.MaxValue, int.MaxValue);
        private (int Z, int Y, int X) _high = (-1, -1, -1);

        public void Include(int z, int y, int firstX, int lastX)
        {
            _low = (Math.Min(_low.Z, z), Math.Min(_low.Y, y), Math.Min(_low.X, firstX));
            _high = (Math.Max(_high.Z, z), Math.Max(_high.Y, y), Math.Max(_high.X, lastX));
        }

        public void Include(Extent other)
        {
            Include(other._low.Z, other._low.Y, other._low.X, other._high.X);
            Include(other._high.Z, other._high.Y, other._low.X, other._high.X);
        }

        public VolumeRegion ToRegion() => new(
            _low.X, _low.Y, _low.Z, _high.X - _low.X + 1, _high.Y - _low.Y + 1, _high.Z - _low.Z + 1);
    }
}
