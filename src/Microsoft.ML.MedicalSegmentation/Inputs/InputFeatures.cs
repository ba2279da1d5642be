namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What an image is like, in a few numbers that do not depend on its contents' position.</summary>
/// <remarks>
/// Intensities are those of the first channel, before any normalisation; of an image with more than a million voxels, every n-th along each
/// axis is taken. Axes are those of the RAS directions that lie nearest, so that the same patient stored in another orientation has the
/// same numbers.
/// </remarks>
public sealed record InputFeatures
{
    /// <summary>The features and their names in messages, in the order of <see cref="ToArray"/>.</summary>
    internal static readonly IReadOnlyList<(string Name, string Unit)> Names =
    [
        ("spacing from left to right", "mm"), ("spacing from back to front", "mm"), ("spacing from foot to head", "mm"),
        ("field of view from left to right", "mm"), ("field of view from back to front", "mm"), ("field of view from foot to head", "mm"),
        ("intensity at the 1st percentile", ""), ("median intensity", ""), ("intensity at the 99th percentile", ""),
        ("roughness", ""),
    ];

    private const long MostVoxels = 1_000_000;

    /// <summary>Distance of neighbouring voxels in mm, along the axes nearest to right, front and head.</summary>
    public required Vector3D Spacing { get; init; }

    /// <summary>Extent in mm, along the same axes.</summary>
    public required Vector3D FieldOfView { get; init; }

    /// <summary>Where the axes point to, such as "RAS".</summary>
    public required string Orientation { get; init; }

    /// <summary>Image channels.</summary>
    public required int Channels { get; init; }

    /// <summary>1st percentile of the intensities.</summary>
    public required double Low { get; init; }

    /// <summary>Median intensity.</summary>
    public required double Median { get; init; }

    /// <summary>99th percentile of the intensities.</summary>
    public required double High { get; init; }

    /// <summary>
    /// Mean absolute difference of neighbouring voxels along the three axes, over the span from the 1st to the 99th percentile: rises with
    /// noise, falls with blur.
    /// </summary>
    public required double Roughness { get; init; }

    /// <summary>Share of voxels that are NaN or infinite.</summary>
    public required double NotFinite { get; init; }

    /// <summary>Measures an image; one pass over its first channel.</summary>
    public static InputFeatures Of(Volume image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var shape = image.Shape;
        var (spacing, extent) = (new double[3], new double[3]);
        for (var axis = 0; axis < 3; axis++)
        {
            var world = "RLAPSI".IndexOf(image.Geometry.OrientationCode[axis], StringComparison.Ordinal) / 2;
            spacing[world] = image.Geometry.Spacing[axis];
            extent[world] = spacing[world] * (axis switch { 0 => shape.Width, 1 => shape.Height, _ => shape.Depth });
        }

        var (values, roughness) = Sample(image);
        var finite = Array.FindAll(values, float.IsFinite);
        Array.Sort(finite);
        double At(double share) => finite.Length == 0 ? double.NaN : finite[(int)((finite.Length - 1) * share)];
        var span = At(0.99) - At(0.01);
        return new()
        {
            Spacing = new(spacing[0], spacing[1], spacing[2]),
            FieldOfView = new(extent[0], extent[1], extent[2]),
            Orientation = image.Geometry.OrientationCode,
            Channels = shape.Channels,
            Low = At(0.01),
            Median = At(0.5),
            High = At(0.99),
            Roughness = span > 0 ? roughness / span : 0,
            NotFinite = 1 - ((double)finite.Length / values.Length),
        };
    }

    /// <summary>The numbers in the order of <see cref="Names"/>.</summary>
    internal double[] ToArray() =>
        [Spacing.X, Spacing.Y, Spacing.Z, FieldOfView.X, FieldOfView.Y, FieldOfView.Z, Low, Median, High, Roughness];

    // Whole rows are read, with those after them along y and z, so that roughness is the same in any orientation.
    private static (float[] Values, double Roughness) Sample(Volume image)
    {
        var shape = image.Shape;
        var step = Math.Max(1, (int)Math.Ceiling(Math.Cbrt((double)shape.ChannelCount / MostVoxels)));
        var (values, row, next) = (new List<float>(), new float[shape.Width], new float[shape.Width]);
        var (sum, count) = (0.0, 0L);
        void Add(float a, float b)
        {
            if (Math.Abs(a - b) is var difference && float.IsFinite(difference))
            {
                (sum, count) = (sum + difference, count + 1);
            }
        }

        void Compare(int z, int y)
        {
            if (z < shape.Depth && y < shape.Height)
            {
                image.CopyValues(image.Offset(0, z, y, 0), next);
                for (var x = 0; x < row.Length; x += step)
                {
                    Add(row[x], next[x]);
                }
            }
        }

        for (var z = 0; z < shape.Depth; z += step)
        {
            for (var y = 0; y < shape.Height; y += step)
            {
                image.CopyValues(image.Offset(0, z, y, 0), row);
                for (var x = 0; x < row.Length; x += step)
                {
                    values.Add(row[x]);
                    if (x + 1 < row.Length)
                    {
                        Add(row[x], row[x + 1]);
                    }
                }

                Compare(z, y + 1);
                Compare(z + 1, y);
            }
        }

        return ([.. values], count == 0 ? 0 : sum / count);
    }
}
