using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Volumes;

/// <summary>Puts labels onto a grid whose voxels coincide with theirs: no interpolation, only other axes and margins.</summary>
internal static class LabelPlacement
{
    // In voxels.
    private const double Tolerance = 0.1;

    /// <summary>The labels on another grid; voxels that they do not cover are background.</summary>
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
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Voxels of the segmentation ({labels.Geometry}) do not coincide with those of the grid ({geometry}): up to "
                        + $"{difference:0.###} voxels apart. Resample the labels instead."
                ),
                nameof(geometry)
            );
        }

        return labels.Voxels is Volume<byte>
            ? Place<byte>(labels, shape, geometry, rounded)
            : Place<ushort>(labels, shape, geometry, rounded);
    }

    /// <summary>
    /// The labels on another grid where that changes nothing but the order of voxels, or adds slices that their file left out as empty;
    /// null elsewhere.
    /// </summary>
    public static LabelVolume? TryPlace(LabelVolume labels, VolumeShape shape, VolumeGeometry geometry)
    {
        if (labels.Shape.SameGrid(shape) && labels.Geometry.Matches(geometry, labels.Shape))
        {
            return labels;
        }

        var map = geometry.WorldToIndex.Compose(labels.Geometry.IndexToWorld);
        var corners = Corners(labels.Shape).Select(map.Apply).ToList();
        var last = new Vector3D(shape.Width - 1, shape.Height - 1, shape.Depth - 1);

        // The corners of a grid whose voxels are the same lie on its corners.
        var isSame =
            labels.Shape.ChannelCount == shape.ChannelCount
            && corners.TrueForAll(c =>
                Enumerable.Range(0, 3).All(axis => Math.Min(Math.Abs(c[axis]), Math.Abs(c[axis] - last[axis])) <= Tolerance)
            );
        if (!isSame && labels.Voxels.Header?.LeavesOutEmpty != true)
        {
            return null;
        }

        try
        {
            return Place(labels, shape.WithChannels(1), geometry);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static LabelVolume Place<T>(LabelVolume labels, VolumeShape shape, VolumeGeometry geometry, AffineTransform map)
        where T : unmanaged, INumber<T>
    {
        var target = new T[shape.Count];
        var stored = ((Volume<T>)labels.Voxels).Voxels;
        var outside = 0L;
        for (var z = 0; z < labels.Shape.Depth; z++)
        {
            for (var y = 0; y < labels.Shape.Height; y++)
            {
                var row = stored.Slice((int)labels.Voxels.Offset(0, z, y, 0), labels.Shape.Width);
                for (var x = 0; x < row.Length; x++)
                {
                    if (T.IsZero(row[x]))
                    {
                        continue;
                    }

                    var at = map.Apply(new(x, y, z));
                    var isInside = at.X >= 0 && at.Y >= 0 && at.Z >= 0 && at.X < shape.Width && at.Y < shape.Height && at.Z < shape.Depth;
                    if (isInside)
                    {
                        target[((((long)at.Z * shape.Height) + (long)at.Y) * shape.Width) + (long)at.X] = row[x];
                    }
                    else
                    {
                        outside++;
                    }
                }
            }
        }

        return outside == 0
            ? LabelVolume.FromVolume(Volume.Create(target, shape, geometry, header: labels.Voxels.Header), labels.Classes)
            : throw new ArgumentException(
                $"{outside} labelled voxels lie outside the grid of {shape}. Is it the grid of another image?",
                nameof(shape)
            );
    }

    private static IEnumerable<Vector3D> Corners(VolumeShape shape) =>
        Enumerable
            .Range(0, 8)
            .Select(c => new Vector3D((c & 1) * (shape.Width - 1), (c >> 1 & 1) * (shape.Height - 1), (c >> 2 & 1) * (shape.Depth - 1)));

    private static Vector3D Round(Vector3D v) => new(Math.Round(v.X), Math.Round(v.Y), Math.Round(v.Z));

    private static double Largest(Vector3D v) => Math.Max(Math.Abs(v.X), Math.Max(Math.Abs(v.Y), Math.Abs(v.Z)));
}
