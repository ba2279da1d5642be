namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The surface voxels of one label within a box of a label volume.</summary>
/// <remarks>
/// A surface voxel has the label, and a neighbour across one of its six faces has not; outside the volume nothing has it. In a volume of one slice
/// only the four neighbours within the slice count.
/// </remarks>
internal readonly struct LabelSurface
{
    private readonly byte[] _marks;

    private LabelSurface(byte[] marks, int count) => (_marks, Count) = (marks, count);

    /// <summary>Number of surface voxels.</summary>
    public int Count { get; }

    /// <summary>Whether a voxel of the box is on the surface.</summary>
    public bool this[int offset] => _marks[offset] != 0;

    /// <summary>The smallest box that holds every voxel of a label in one of two volumes of the same grid; null where there is none.</summary>
    public static VolumeRegion? Box(LabelVolume first, LabelVolume second, int label)
    {
        var shape = first.Shape;
        int[] low = [int.MaxValue, int.MaxValue, int.MaxValue], high = [-1, -1, -1];
        var line = new int[shape.Width];
        foreach (var volume in new[] { first, second })
        {
            for (var row = 0; row < shape.Depth * shape.Height; row++)
            {
                volume.CopyLabels((long)row * shape.Width, line);
                var start = Array.IndexOf(line, label);
                if (start >= 0)
                {
                    Include(low, high, row / shape.Height, row % shape.Height, start, Array.LastIndexOf(line, label));
                }
            }
        }

        return high[0] < 0 ? null : new VolumeRegion(
            X: low[2], Y: low[1], Z: low[0], high[2] - low[2] + 1, high[1] - low[1] + 1, high[0] - low[0] + 1);
    }

    /// <summary>The surface of a label in a box that holds all of its voxels.</summary>
    public static LabelSurface Find(LabelVolume volume, int label, VolumeRegion box)
    {
        var inside = Inside(volume, label, box);
        var marks = new byte[inside.Length];
        var (plane, count) = (box.Height * box.Width, 0);
        var isSlice = volume.Shape.IsImage;
        for (var at = 0; at < inside.Length; at++)
        {
            if (inside[at] == 0)
            {
                continue;
            }

            int x = at % box.Width, y = at / box.Width % box.Height, z = at / plane;
            var isInner = x > 0 && x < box.Width - 1 && y > 0 && y < box.Height - 1
                && inside[at - 1] + inside[at + 1] + inside[at - box.Width] + inside[at + box.Width] == 4
                && (isSlice || (z > 0 && z < box.Depth - 1 && inside[at - plane] + inside[at + plane] == 2));
            if (!isInner)
            {
                marks[at] = 1;
                count++;
            }
        }

        return new(marks, count);
    }

    private static byte[] Inside(LabelVolume volume, int label, VolumeRegion box)
    {
        var inside = new byte[checked(box.Depth * box.Height * box.Width)];
        var line = new int[box.Width];
        for (var row = 0; row < box.Depth * box.Height; row++)
        {
            var (z, y) = (box.Z + (row / box.Height), box.Y + (row % box.Height));
            volume.CopyLabels(((((long)z * volume.Shape.Height) + y) * volume.Shape.Width) + box.X, line);
            for (var x = 0; x < line.Length; x++)
            {
                inside[(row * box.Width) + x] = line[x] == label ? (byte)1 : (byte)0;
            }
        }

        return inside;
    }

    private static void Include(int[] low, int[] high, int z, int y, int firstX, int lastX)
    {
        (low[0], high[0]) = (Math.Min(low[0], z), Math.Max(high[0], z));
        (low[1], high[1]) = (Math.Min(low[1], y), Math.Max(high[1], y));
        (low[2], high[2]) = (Math.Min(low[2], firstX), Math.Max(high[2], lastX));
    }
}
