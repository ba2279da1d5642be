namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>A permutation and mirroring of the x, y and z axes.</summary>
internal readonly struct AxisOrder
{
    private readonly int[] _sources;
    private readonly bool[] _mirrored;

    private AxisOrder(int[] sources, bool[] mirrored)
    {
        _sources = sources;
        _mirrored = mirrored;
    }

    public bool IsIdentity => _sources is [0, 1, 2] && !_mirrored.Contains(true);

    /// <summary>What turns axes of <paramref name="geometry"/> to the directions of <paramref name="code"/>.</summary>
    public static AxisOrder Between(VolumeGeometry geometry, string code)
    {
        var (have, haveSigns) = Orientation.ClosestAxes(geometry.IndexToWorld);
        var (want, wantSigns) = Orientation.Parse(code);
        var sources = new int[3];
        var mirrored = new bool[3];
        for (var axis = 0; axis < 3; axis++)
        {
            sources[axis] = Array.IndexOf(have, want[axis]);
            mirrored[axis] = haveSigns[sources[axis]] != wantSigns[axis];
        }

        return new(sources, mirrored);
    }

    /// <summary>What turns a source so that its axes run along those of a grid.</summary>
    /// <param name="map">From index in the grid to index in the source.</param>
    /// <param name="grid">Size of the grid.</param>
    /// <returns>Null if the axes are not parallel: one strays by a thousandth of a voxel or more over the grid.</returns>
    public static AxisOrder? Along(AffineTransform map, VolumeShape grid)
    {
        int[] sizes = [grid.Width, grid.Height, grid.Depth];
        var sources = new int[3];
        var mirrored = new bool[3];
        var (stray, taken) = (0.0, 0);
        for (var axis = 0; axis < 3; axis++)
        {
            var column = map.Column(axis);
            var source = Enumerable.Range(0, 3).MaxBy(i => Math.Abs(column[i]));
            (sources[axis], mirrored[axis]) = (source, column[source] < 0);
            stray += Math.Max(Math.Abs(column[(source + 1) % 3]), Math.Abs(column[(source + 2) % 3])) * sizes[axis];
            taken |= 1 << source;
        }

        return taken == 7 && stray < 1e-3 ? new AxisOrder(sources, mirrored) : null;
    }

    /// <summary>The axis of the source that becomes <paramref name="axis"/> of the result; 0 to 2 for x, y, z.</summary>
    public int Source(int axis) => _sources[axis];

    /// <summary>Three numbers that belong to the source's axes, in the order of the result's.</summary>
    public Vector3D Apply(Vector3D ofSource) => new(ofSource[_sources[0]], ofSource[_sources[1]], ofSource[_sources[2]]);

    /// <summary>Three numbers that belong to the result's axes, in the order of the source's.</summary>
    public Vector3D Undo(Vector3D ofResult)
        => new(ofResult[Array.IndexOf(_sources, 0)], ofResult[Array.IndexOf(_sources, 1)], ofResult[Array.IndexOf(_sources, 2)]);

    /// <summary>The size after turning.</summary>
    public VolumeShape Apply(VolumeShape from)
    {
        int[] sizes = [from.Width, from.Height, from.Depth];
        return new(from.Channels, sizes[_sources[2]], sizes[_sources[1]], sizes[_sources[0]]);
    }

    /// <summary>The geometry after turning: every voxel keeps its position.</summary>
    public VolumeGeometry Apply(VolumeGeometry geometry, VolumeShape from)
    {
        var affine = geometry.IndexToWorld;
        int[] sizes = [from.Width, from.Height, from.Depth];
        var origin = affine.Translation;
        var columns = new Vector3D[3];
        for (var axis = 0; axis < 3; axis++)
        {
            var column = affine.Column(_sources[axis]);
            if (_mirrored[axis])
            {
                origin += column * (sizes[_sources[axis]] - 1);
                column *= -1;
            }

            columns[axis] = column;
        }

        return new(new AffineTransform(columns[0], columns[1], columns[2], origin));
    }

    /// <summary>Offset of the first voxel of the result in the source, and the source's step for each axis of the result.</summary>
    public (int Start, int StepX, int StepY, int StepZ) Steps(VolumeShape from)
    {
        int[] sizes = [from.Width, from.Height, from.Depth];
        int[] strides = [1, from.Width, from.Width * from.Height];
        var start = 0;
        var steps = new int[3];
        for (var axis = 0; axis < 3; axis++)
        {
            var source = _sources[axis];
            steps[axis] = _mirrored[axis] ? -strides[source] : strides[source];
            start += _mirrored[axis] ? strides[source] * (sizes[source] - 1) : 0;
        }

        return (start, steps[0], steps[1], steps[2]);
    }
}
