namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Puts labels onto a grid whose voxels coincide with theirs: no interpolation, only other axes and margins.</summary>
internal static class DicomLabelPlacement
{
    // In voxels.
    private const double Tolerance = 0.1;

    /// <summary>The labels on another grid.</summary>
    /// <exception cref="ArgumentException">Voxels do not coincide, or labelled ones lie outside.</exception>
    public static LabelVolume Place(LabelVolume labels, VolumeShape shape, VolumeGeometry geometry)
    {
        shape.Validate();
        var map = geometry.WorldToIndex.Compose(labels.Geometry.IndexToWorld);
        var rounded = new AffineTransform(Round(map.A), Round(map.B), Round(map.C), Round(map.Translation));
        var difference = Corners(labels.Shape).Max(c => Largest(map.Apply(c) - rounded.Apply(c)));
        if (difference > Tolerance || Math.Abs(Math.Abs(rounded.Determinant) - 1) > 1e-9)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Voxels of the segmentation ({labels.Geometry}) do not coincide with those of the grid ({geometry}): up to {difference:0.###} voxels apart. Resample the labels instead."), nameof(geometry));
        }

        var target = new ushort[shape.Count];
        var row = new int[labels.Shape.Width];
        var outside = 0L;
        for (var z = 0; z < labels.Shape.Depth; z++)
        {
            for (var y = 0; y < labels.Shape.Height; y++)
            {
                labels.CopyLabels(labels.Voxels.Offset(0, z, y, 0), row);
                for (var x = 0; x < row.Length; x++)
                {
                    if (row[x] == 0)
                    {
                        continue;
                    }

                    var at = rounded.Apply(new(x, y, z));
                    var isInside = at.X >= 0 && at.Y >= 0 && at.Z >= 0 && at.X < shape.Width && at.Y < shape.Height && at.Z < shape.Depth;
                    if (isInside)
                    {
                        target[((((long)at.Z * shape.Height) + (long)at.Y) * shape.Width) + (long)at.X] = (ushort)row[x];
                    }
                    else
                    {
                        outside++;
                    }
                }
            }
        }

        return outside == 0
            ? LabelVolume.Create(target, shape, geometry, labels.Classes)
            : throw new ArgumentException($"{outside} labelled voxels lie outside the grid of {shape}. Is it the grid of another image?", nameof(shape));
    }

    private static IEnumerable<Vector3D> Corners(VolumeShape shape)
        => Enumerable.Range(0, 8).Select(c => new Vector3D((c & 1) * (shape.Width - 1), (c >> 1 & 1) * (shape.Height - 1), (c >> 2 & 1) * (shape.Depth - 1)));

    private static Vector3D Round(Vector3D v) => new(Math.Round(v.X), Math.Round(v.Y), Math.Round(v.Z));

    private static double Largest(Vector3D v) => Math.Max(Math.Abs(v.X), Math.Max(Math.Abs(v.Y), Math.Abs(v.Z)));
}
