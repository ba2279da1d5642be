namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>What goes wrong with images on their way to a model.</summary>
internal static class Degradations
{
    /// <summary>Names, and what they do; intact images first.</summary>
    public static IReadOnlyList<(string Name, Func<Volume, Random, Volume> Apply)> All { get; } =
    [
        ("intact", (image, _) => image),
        ("noise, deviation half of that of the image", (image, random) => Noisy(image, random, 0.5)),
        ("noise, deviation that of the image", (image, random) => Noisy(image, random, 1)),
        ("cropped to half its width", (image, _) => Cropped(image)),
        ("spacing in the header twice as large", (image, _) => image.WithGeometry(Scaled(image.Geometry, 2))),
        ("spacing in the header 1.3 times as large", (image, _) => image.WithGeometry(Scaled(image.Geometry, 1.3))),
        ("upside down in the header", (image, _) => image.WithGeometry(Mirrored(image))),
        ("two axes swapped in the header", (image, _) => image.WithGeometry(Swapped(image.Geometry))),
    ];

    private static Volume<float> Noisy(Volume image, Random random, double share)
    {
        var values = image.ToSingle().Voxels.ToArray();
        var mean = values.Average(value => (double)value);
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        for (var i = 0; i < values.Length; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            values[i] += (float)(normal * deviation * share);
        }

        return Volume.Create(values, image.Shape, image.Geometry);
    }

    private static Volume<float> Cropped(Volume image)
    {
        var shape = image.Shape with { Width = image.Shape.Width / 2 };
        var values = new float[shape.Count];
        for (var row = 0; row < values.Length / shape.Width; row++)
        {
            image.CopyValues((long)row * image.Shape.Width, values.AsSpan(row * shape.Width, shape.Width));
        }

        return Volume.Create(values, shape, image.Geometry);
    }

    private static VolumeGeometry Scaled(VolumeGeometry geometry, double factor)
    {
        var affine = geometry.IndexToWorld;
        return new(new AffineTransform(affine.A * factor, affine.B * factor, affine.C * factor, affine.Translation));
    }

    private static VolumeGeometry Mirrored(Volume image)
    {
        var affine = image.Geometry.IndexToWorld;
        return new(new AffineTransform(affine.A, affine.B, affine.C * -1, affine.Apply(new(0, 0, image.Shape.Depth - 1))));
    }

    private static VolumeGeometry Swapped(VolumeGeometry geometry)
    {
        var affine = geometry.IndexToWorld;
        return new(new AffineTransform(affine.B, affine.A, affine.C, affine.Translation));
    }
}
