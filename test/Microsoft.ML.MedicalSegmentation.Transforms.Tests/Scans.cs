namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A row with a volume already in memory.</summary>
public sealed class Scan
{
    public string CaseId { get; set; } = "";

    public float Age { get; set; }

    [VolumeColumn]
    public Volume Image { get; set; } = null!;
}

/// <summary>A row read back.</summary>
public sealed class ScanResult
{
    public string CaseId { get; set; } = "";

    [VolumeColumn]
    public Volume Image { get; set; } = null!;
}

/// <summary>A row with a volume and a label volume.</summary>
public sealed class LabelledScan
{
    [VolumeColumn]
    public Volume Image { get; set; } = null!;

    [LabelVolumeColumn]
    public LabelVolume Label { get; set; } = null!;
}

/// <summary>Volumes with known voxels.</summary>
internal static class Scans
{
    public static Scan Make(int seed, int side = 6)
    {
        var random = new Random(seed);
        var voxels = new short[side * side * side];
        for (var i = 0; i < voxels.Length; i++)
        {
            voxels[i] = (short)random.Next(-100, 400);
        }

        var volume = Volume.Create(voxels, new VolumeShape(1, side, side, side), VolumeGeometry.FromSpacing(1, 2, 3));
        return new Scan { CaseId = $"case{seed}", Age = seed, Image = volume };
    }

    public static IEnumerable<Scan> Many(int count) => Enumerable.Range(0, count).Select(i => Make(i));

    /// <summary>Uniform values from 0 to <paramref name="scale"/>, at the origin with voxels of 1 mm.</summary>
    public static Volume<float> Noise(VolumeShape shape, int seed, float scale)
    {
        var random = new Random(seed);
        return Volume.Create([.. Enumerable.Range(0, (int)shape.Count).Select(_ => random.NextSingle() * scale)], shape);
    }

    public static float[] Values(this Volume volume)
    {
        var values = new float[volume.Shape.Count];
        volume.CopyValues(0, values);
        return values;
    }
}
