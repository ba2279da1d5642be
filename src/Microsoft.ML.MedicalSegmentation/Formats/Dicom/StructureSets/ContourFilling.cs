using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.StructureSets;

/// <summary>Finds the voxels whose centres lie within outlines.</summary>
/// <param name="shape">The grid.</param>
/// <param name="geometry">Its place.</param>
internal sealed class ContourFilling(VolumeShape shape, VolumeGeometry geometry)
{
    // In voxels across the slices.
    private const double PlaneTolerance = 0.2;

    private readonly AffineTransform _toIndex = geometry.WorldToIndex;

    /// <summary>The voxels of a structure, slice by slice; outlines of one slice are combined by exclusive or.</summary>
    /// <exception cref="ArgumentException">An outline does not lie in a slice of the grid.</exception>
    public Dictionary<int, bool[]> Fill(DicomStructure structure)
    {
        var slices = new Dictionary<int, bool[]>();
        foreach (var contour in structure.Contours)
        {
            var points = contour.Points.Select(_toIndex.Apply).ToArray();
            var depth = points.Average(p => p.Z);
            var slice = (int)Math.Round(depth);
            var off = points.Max(p => Math.Abs(p.Z - slice));
            if (off > PlaneTolerance || slice < 0 || slice >= shape.Depth)
            {
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"An outline of '{structure.Name}' lies at slice {depth:0.##} of a grid of {shape.Depth} slices, "
                            + $"{off:0.##} voxels off the nearest; outlines must lie in slices. Give the grid of the image "
                            + $"series that the structure set was drawn on."
                    )
                );
            }

            if (!slices.TryGetValue(slice, out var inside))
            {
                slices.Add(slice, inside = new bool[shape.Width * shape.Height]);
            }

            Toggle(points, inside);
        }

        return slices;
    }

    private void Toggle(Vector3D[] points, bool[] inside)
    {
        var crossings = new List<double>();
        var top = Math.Max(0, (int)Math.Ceiling(points.Min(p => p.Y)));
        var bottom = Math.Min(shape.Height - 1, (int)Math.Floor(points.Max(p => p.Y)));
        for (var y = top; y <= bottom; y++)
        {
            crossings.Clear();
            for (var i = 0; i < points.Length; i++)
            {
                var (a, b) = (points[i], points[(i + 1) % points.Length]);
                if (a.Y <= y != b.Y <= y)
                {
                    crossings.Add(a.X + ((y - a.Y) / (b.Y - a.Y) * (b.X - a.X)));
                }
            }

            crossings.Sort();
            for (var i = 0; i + 1 < crossings.Count; i += 2)
            {
                var (left, right) = (
                    Math.Max(0, (int)Math.Ceiling(crossings[i])),
                    Math.Min(shape.Width - 1, (int)Math.Ceiling(crossings[i + 1]) - 1)
                );
                for (var x = left; x <= right; x++)
                {
                    inside[(y * shape.Width) + x] ^= true;
                }
            }
        }
    }
}
