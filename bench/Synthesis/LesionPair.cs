using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation;

namespace SynthesisBench;

/// <summary>
/// A pair made of a real volume: the source with lesions that show in its finest texture alone, and a target of another contrast in
/// which they are bright.
/// </summary>
internal sealed class LesionPair
{
    private const double Blur = 0.8;

    public string CaseId { get; private init; } = "";

    /// <summary>
    /// The z-scored volume; lesions add a chessboard of voxels of plus and minus the visibility, whose mean is 0.
    /// </summary>
    [VolumeColumn, ColumnName("Image")]
    public Volume Source { get; private init; } = Volume.Create<float>([0], new(1, 1, 1, 1));

    /// <summary>600 - 250 tanh(0.8 blurred source), 300 more in lesions, times a bias field that rises along x and falls along y.</summary>
    [VolumeColumn]
    public Volume Target { get; private init; } = Volume.Create<float>([0], new(1, 1, 1, 1));

    /// <summary>1 in lesions.</summary>
    [LabelVolumeColumn]
    public LabelVolume Mask { get; private init; } = LabelVolume.Create([0], new(1, 1, 1, 1));

    /// <summary>Makes the pair of a volume. The same name gives the same lesions.</summary>
    /// <param name="name">The case.</param>
    /// <param name="volume">The real volume.</param>
    /// <param name="visibility">Amplitude of the texture of lesions in standard deviations of the volume, 0 to 1.</param>
    public static LesionPair Of(string name, Volume volume, double visibility)
    {
        var shape = volume.Shape;
        var values = new float[shape.Count];
        volume.CopyValues(0, values);
        double[] image = ZScored(values);
        var texture = Smoothed(image, shape, Blur);
        var random = new Random(name.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter)));
        var lesion = Lesions(random, shape);
        float[] source = new float[image.Length], target = new float[image.Length];
        for (var i = 0; i < image.Length; i++)
        {
            double x = (2.0 * (i % shape.Width) / shape.Width) - 1, y = (2.0 * (i / shape.Width % shape.Height) / shape.Height) - 1;
            var sign = ((i % shape.Width) + (i / shape.Width % shape.Height) + (i / shape.Width / shape.Height)) % 2 == 0 ? 1 : -1;
            source[i] = (float)(image[i] + (lesion[i] * visibility * sign));
            target[i] = (float)((600 - (250 * Math.Tanh(0.8 * texture[i])) + (300 * lesion[i])) * Math.Exp((0.15 * x) - (0.1 * y)));
        }

        return new()
        {
            CaseId = name,
            Source = Volume.Create(source, shape, volume.Geometry),
            Target = Volume.Create(target, shape, volume.Geometry),
            Mask = LabelVolume.Create([.. lesion.Select(share => (byte)(share > 0.5 ? 1 : 0))], shape, volume.Geometry),
        };
    }

    private static double[] ZScored(float[] values)
    {
        var mean = values.Average(value => (double)value);
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return [.. values.Select(value => Math.Clamp((value - mean) / deviation, -3, 3))];
    }

    // Two to four balls of radius 2 to 3.5 voxels with soft edges.
    private static double[] Lesions(Random random, VolumeShape shape)
    {
        var lesion = new double[shape.Count];
        for (var count = random.Next(2, 5); count > 0; count--)
        {
            var radius = 2 + (1.5 * random.NextDouble());
            double Centre(int side) => 5 + (random.NextDouble() * (side - 10));
            var (cx, cy, cz) = (Centre(shape.Width), Centre(shape.Height), Centre(shape.Depth));
            for (var i = 0; i < lesion.Length; i++)
            {
                double dx = (i % shape.Width) - cx, dy = (i / shape.Width % shape.Height) - cy, dz = (i / shape.Width / shape.Height) - cz;
                lesion[i] = Math.Max(lesion[i], 1 / (1 + Math.Exp(3 * (Math.Sqrt((dx * dx) + (dy * dy) + (dz * dz)) - radius))));
            }
        }

        return lesion;
    }

    // Gaussian along each axis; edges are repeated.
    private static double[] Smoothed(double[] image, VolumeShape shape, double sigma)
    {
        var reach = (int)Math.Ceiling(3 * sigma);
        var weights = Enumerable
            .Range(-reach, (2 * reach) + 1)
            .Select(offset => Math.Exp(-0.5 * offset * offset / (sigma * sigma)))
            .ToArray();
        var sum = weights.Sum();
        var result = image;
        foreach (var (stride, side) in new[] { (1, shape.Width), (shape.Width, shape.Height), (shape.Width * shape.Height, shape.Depth) })
        {
            var from = result;
            result = new double[from.Length];
            for (var i = 0; i < from.Length; i++)
            {
                var place = i / stride % side;
                for (var k = -reach; k <= reach; k++)
                {
                    result[i] += weights[k + reach] / sum * from[i + ((Math.Clamp(place + k, 0, side - 1) - place) * stride)];
                }
            }
        }

        return result;
    }
}
