namespace Microsoft.ML.MedicalSegmentation.Benchmarks.Spatial;

/// <summary>What is measured; peer.py does the same to the same sizes.</summary>
internal static class Operations
{
    /// <summary>Name, and the most of the peer's time that it may take.</summary>
    public static IReadOnlyList<(string Name, double Goal)> All { get; } =
        [("linear", 0.1), ("cubic", 0.2), ("linear-oblique", 0.1), ("cubic-oblique", 0.2), ("flip", 1), ("swap", 1), ("z-score", 0.5)];

    /// <summary>The operation of that name.</summary>
    public static Func<Volume, Volume> Find(string name)
    {
        var normalise = Normalisation();
        return name switch
        {
            // From 0.7 x 0.7 x 1.5 mm.
            "linear" => v => v.Resample(new Vector3D(1, 1, 2)),
            "cubic" => v => v.Resample(new Vector3D(1, 1, 2), new() { Interpolation = Interpolation.CubicSpline }),
            "linear-oblique" => v => v.ResampleTo(Oblique(v).Shape, Oblique(v).Geometry, new() { OutsideValue = 0 }),
            "cubic-oblique" => v =>
                v.ResampleTo(Oblique(v).Shape, Oblique(v).Geometry, new() { OutsideValue = 0, Interpolation = Interpolation.CubicSpline }),
            "flip" => v => v.Reorient("LPS"),
            "swap" => v => v.Reorient("ASR"),
            "z-score" => normalise,
            _ => throw new ArgumentException($"There is no operation '{name}'."),
        };
    }

    // 10 degrees about the depth axis, at 1 x 1 x 2 mm.
    private static (VolumeShape Shape, VolumeGeometry Geometry) Oblique(Volume volume)
    {
        var (shape, grid) = Resampling.GridOfSpacing(volume.Geometry, volume.Shape, new(1, 1, 2));
        var (c, s) = (Math.Cos(Math.PI / 18), Math.Sin(Math.PI / 18));
        return (shape, new(new AffineTransform(new(c, s, 0), new(-s, c, 0), new(0, 0, 2), grid.Origin)));
    }

    private static Func<Volume, Volume> Normalisation()
    {
        var context = new MLContext(seed: 0);
        var empty = context.Data.LoadFromEnumerable(Array.Empty<Row>());
        var model = context.MedicalSegmentation().Transforms.NormalizeIntensity().Fit(empty);
        return volume =>
        {
            var view = model.Transform(context.Data.LoadFromEnumerable(new[] { new Row { Image = volume } }));
            return context.Data.CreateEnumerable<Row>(view, reuseRowObject: false).Single().Image ?? volume;
        };
    }

    private sealed class Row
    {
        [VolumeColumn]
        public Volume? Image { get; set; }
    }
}
