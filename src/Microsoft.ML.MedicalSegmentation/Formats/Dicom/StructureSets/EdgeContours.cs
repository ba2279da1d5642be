namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.StructureSets;

/// <summary>Traces the outline of a label in one slice along the edges of its voxels.</summary>
/// <remarks>
/// The outline runs on the outer side of the voxels, so that every voxel centre lies clearly inside or outside: rasterising it gives the
/// same voxels again. Voxels that touch at a corner only are outlines of their own. Coordinates are voxel indices; the centre of the first
/// voxel is (0, 0), its corners are at ±0.5.
/// </remarks>
internal sealed class EdgeContours
{
    // The channel to a hole runs through a voxel off its centre, so that no centre lies on a line.
    private const double ChannelShift = 0.25;

    private static readonly (int X, int Y)[] Steps = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    private readonly int _width;
    private readonly int _height;
    private readonly bool[] _inside;
    private readonly byte[] _edges;

    // The vertex that begins a vertical edge, by the edge's column and row.
    private readonly Dictionary<(int X, int Y), Vertex> _vertical = [];
    private readonly List<(Vertex Start, bool IsHole)> _loops = [];

    private EdgeContours(int width, int height)
    {
        (_width, _height) = (width, height);
        _inside = new bool[width * height];
        _edges = new byte[(width + 1) * (height + 1)];
    }

    /// <summary>The outlines of a label.</summary>
    /// <param name="plane">Labels of the slice, row by row.</param>
    /// <param name="columns">Length of a row.</param>
    /// <param name="label">Whose outlines.</param>
    /// <param name="box">First and last column and row in which the label occurs.</param>
    /// <param name="withChannels">
    /// True joins each hole to its outline by a channel of no width; false gives holes as outlines of their own.
    /// </param>
    public static IReadOnlyList<IReadOnlyList<(double X, double Y)>> Trace(
        ReadOnlySpan<int> plane, int columns, int label, (int Left, int Top, int Right, int Bottom) box, bool withChannels)
    {
        var contours = new EdgeContours(box.Right - box.Left + 1, box.Bottom - box.Top + 1);
        for (var y = 0; y < contours._height; y++)
        {
            for (var x = 0; x < contours._width; x++)
            {
                contours._inside[(y * contours._width) + x] = plane[((y + box.Top) * columns) + x + box.Left] == label;
            }
        }

        contours.FindEdges();
        contours.FollowEdges();
        if (withChannels)
        {
            contours.JoinHoles();
        }

        return [.. contours._loops.Where(loop => !withChannels || !loop.IsHole).Select(loop => Corners(loop.Start, box.Left, box.Top))];
    }

    private bool IsInside(int x, int y) => x >= 0 && y >= 0 && x < _width && y < _height && _inside[(y * _width) + x];

    /// <summary>Notes at each corner in which directions edges leave it; the label lies to the right of an edge.</summary>
    private void FindEdges()
    {
        for (var y = 0; y < _height; y++)
        {
            for (var x = 0; x < _width; x++)
            {
                if (!_inside[(y * _width) + x])
                {
                    continue;
                }

                Mark(!IsInside(x, y - 1), x, y, 0);
                Mark(!IsInside(x + 1, y), x + 1, y, 1);
                Mark(!IsInside(x, y + 1), x + 1, y + 1, 2);
                Mark(!IsInside(x - 1, y), x, y + 1, 3);
            }
        }
    }

    private void Mark(bool isEdge, int x, int y, int direction)
    {
        if (isEdge)
        {
            _edges[(y * (_width + 1)) + x] |= (byte)(1 << direction);
        }
    }

    private void FollowEdges()
    {
        for (var i = 0; i < _edges.Length; i++)
        {
            while (_edges[i] != 0)
            {
                Follow(i % (_width + 1), i / (_width + 1));
            }
        }
    }

    private void Follow(int startX, int startY)
    {
        var direction = (int)System.Numerics.BitOperations.TrailingZeroCount(_edges[(startY * (_width + 1)) + startX]);
        var (x, y) = (startX, startY);
        Vertex? first = null, last = null;
        var area = 0L;
        do
        {
            _edges[(y * (_width + 1)) + x] &= (byte)~(1 << direction);
            var vertex = new Vertex(x, y);
            if (direction is 1 or 3)
            {
                _vertical[(x, direction == 1 ? y : y - 1)] = vertex;
            }

            first ??= vertex;
            if (last is not null)
            {
                last.Next = vertex;
            }

            last = vertex;
            var (nextX, nextY) = (x + Steps[direction].X, y + Steps[direction].Y);
            area += ((long)x * nextY) - ((long)nextX * y);
            (x, y) = (nextX, nextY);
            direction = Turn(_edges[(y * (_width + 1)) + x], direction);
        }
        while (direction >= 0);

        last.Next = first;
        _loops.Add((first, area < 0));
    }

    /// <summary>The next direction, to the right before straight on before left; -1 where the loop has closed.</summary>
    private static int Turn(byte edges, int direction)
    {
        foreach (var next in (ReadOnlySpan<int>)[(direction + 1) % 4, direction, (direction + 3) % 4])
        {
            if ((edges & (1 << next)) != 0)
            {
                return next;
            }
        }

        return -1;
    }

    /// <summary>
    /// Joins each hole, from its leftmost edge, to the next edge on its left; the leftmost holes first, so that this is joined already.
    /// </summary>
    private void JoinHoles()
    {
        foreach (var (start, _) in _loops.Where(loop => loop.IsHole).OrderBy(loop => loop.Start.Around().Min(v => v.X)))
        {
            // The leftmost edge of a hole runs down or up; the voxel on its left is inside.
            var left = start.Around().Where(v => v.Next.X == v.X).MinBy(v => v.X) ?? start;
            var (column, row) = ((int)left.X, (int)Math.Min(left.Y, left.Next.Y));
            var target = column;
            while (IsInside(target - 1, row))
            {
                target--;
            }

            var outer = _vertical[(target, row)];
            var y = row + ChannelShift;
            var (here, back) = (new Vertex(target, y), new Vertex(target, y) { Next = outer.Next });
            var (there, end) = (new Vertex(column, y) { Next = left.Next }, new Vertex(column, y) { Next = back });
            here.Next = there;
            outer.Next = here;
            left.Next = end;
        }
    }

    /// <summary>The corners of a loop, without points on straight lines.</summary>
    private static List<(double X, double Y)> Corners(Vertex start, int left, int top)
    {
        var points = start.Around().Select(v => (X: v.X + left - 0.5, Y: v.Y + top - 0.5)).ToList();
        var corners = new List<(double X, double Y)>();
        for (var i = 0; i < points.Count; i++)
        {
            var (before, point, after) = (points[(i + points.Count - 1) % points.Count], points[i], points[(i + 1) % points.Count]);
            if (((point.X - before.X) * (after.Y - point.Y)) - ((point.Y - before.Y) * (after.X - point.X)) != 0)
            {
                corners.Add(point);
            }
        }

        return corners;
    }

    private sealed class Vertex(double x, double y)
    {
        public double X => x;

        public double Y => y;

        public Vertex Next
        {
            get => field ?? this;
            set;
        }

        public IEnumerable<Vertex> Around()
        {
            var vertex = this;
            do
            {
                yield return vertex;
                vertex = vertex.Next;
            }
            while (vertex != this);
        }
    }
}
