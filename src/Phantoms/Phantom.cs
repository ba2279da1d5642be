using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Phantoms;

/// <summary>Volumes made of ellipsoids and noise, with labels known exactly: for demonstrations and tests without patients.</summary>
/// <remarks>
/// Structures lie anywhere, and later ones are drawn over earlier ones unless <see cref="PhantomOptions.Apart"/> keeps them from touching.
/// Their position in millimetres depends on the seed alone, so that a ball is round in the patient whatever the spacing.
/// </remarks>
public static class Phantom
{
    private const int MostAttempts = 10_000;

    /// <summary>The classes of phantoms made with <paramref name="options"/>: the background and the structures.</summary>
    public static IReadOnlyList<LabelClass> Classes(PhantomOptions options)
        => [new(0, "background"), .. options.Structures.Select((structure, i) => new LabelClass(i + 1, structure.Name))];

    /// <summary>Makes one case. The same seed and options give the same voxels.</summary>
    /// <param name="seed">Which case.</param>
    /// <param name="options">What it looks like; null takes the defaults.</param>
    /// <returns>The image, single precision, and its labels on the same grid.</returns>
    /// <exception cref="ArgumentException">An option is out of its limits; the message lists all that are.</exception>
    public static (Volume<float> Image, LabelVolume Labels) Create(long seed, PhantomOptions? options = null)
    {
        options ??= new PhantomOptions();
        var faults = options.Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        }

        var shape = options.Shape;
        var random = new RandomStream(seed);
        var image = new float[shape.Count];
        var labels = new byte[shape.Count];
        var ellipsoids = Place(random, options);
        for (var i = 0; i < ellipsoids.Count; i++)
        {
            Draw(ellipsoids[i], options, image, labels, (byte)(i + 1), (float)options.Structures[i].Intensity);
        }

        foreach (ref var value in image.AsSpan())
        {
            value += (float)(options.Noise * random.NextGaussian());
        }

        var geometry = VolumeGeometry.FromSpacing(options.Spacing.X, options.Spacing.Y, options.Spacing.Z);
        return (Volume.Create(image, shape, geometry), LabelVolume.Create(labels, shape, geometry, Classes(options)));
    }

    private static List<Ellipsoid> Place(RandomStream random, PhantomOptions options)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            List<Ellipsoid> placed = [.. options.Structures.Select(structure => Ellipsoid.Place(random, structure, options))];
            if (!options.Apart || placed.Index().All(one => placed.Take(one.Index).All(one.Item.IsApartFrom)))
            {
                return placed;
            }
        }

        throw new ArgumentException(
            $"In {MostAttempts} attempts no places were found where the structures do not touch. Make them smaller, or leave Apart out.",
            nameof(options)
        );
    }

    private static void Draw(Ellipsoid ellipsoid, PhantomOptions options, float[] image, byte[] labels, byte label, float intensity)
    {
        var offset = 0;
        for (var z = 0; z < options.Shape.Depth; z++)
        {
            for (var y = 0; y < options.Shape.Height; y++)
            {
                for (var x = 0; x < options.Shape.Width; x++, offset++)
                {
                    if (ellipsoid.Contains(x * options.Spacing.X, y * options.Spacing.Y, z * options.Spacing.Z))
                    {
                        image[offset] = intensity;
                        labels[offset] = label;
                    }
                }
            }
        }
    }

    /// <summary>Centre and half axes in millimetres.</summary>
    private readonly record struct Ellipsoid(Vector3D Centre, Vector3D HalfAxes)
    {
        public static Ellipsoid Place(RandomStream random, PhantomStructure structure, PhantomOptions options)
        {
            var flat = options.Shape.IsImage;
            var extent = new Vector3D(
                options.Shape.Width * options.Spacing.X, options.Shape.Height * options.Spacing.Y, options.Shape.Depth * options.Spacing.Z);
            var smallest = Math.Min(Math.Min(extent.X, extent.Y), flat ? extent.X : extent.Z);
            double Radius() => structure.Radius * smallest * (1 + random.NextDouble(-options.Variation, options.Variation));
            var axes = new Vector3D(Radius(), Radius(), Radius());
            double Position(double size, double radius) => radius < size / 2 ? random.NextDouble(radius, size - radius) : size / 2;
            var centre = new Vector3D(
                Position(extent.X - options.Spacing.X, axes.X),
                Position(extent.Y - options.Spacing.Y, axes.Y),
                flat ? 0 : Position(extent.Z - options.Spacing.Z, axes.Z));
            return new Ellipsoid(centre, axes);
        }

        // By the spheres around both.
        public bool IsApartFrom(Ellipsoid other)
        {
            var apart =
                Math.Max(HalfAxes.X, Math.Max(HalfAxes.Y, HalfAxes.Z))
                + Math.Max(other.HalfAxes.X, Math.Max(other.HalfAxes.Y, other.HalfAxes.Z));
            return (Centre - other.Centre).Length > apart;
        }

        public bool Contains(double x, double y, double z)
        {
            var (dx, dy, dz) = ((x - Centre.X) / HalfAxes.X, (y - Centre.Y) / HalfAxes.Y, (z - Centre.Z) / HalfAxes.Z);
            return (dx * dx) + (dy * dy) + (dz * dz) <= 1;
        }
    }
}
