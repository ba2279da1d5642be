using Microsoft.ML.MedicalSegmentation.Benchmarks.SideBySide;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.Spatial;

/// <summary>One operation in this process.</summary>
internal static class Measurement
{
    /// <summary>The operation on a volume of that size.</summary>
    public static void Run(string operation, string volume)
    {
        var action = Operations.Find(operation);
        for (var warmup = 0; warmup < 40; warmup++)
        {
            action(Make(volume, 48));
            Thread.Sleep(warmup < 10 ? 20 : 0);
        }

        var source = Make(volume, 0);
        Passes.Print(() => action(source), countsResult: false);
    }

    /// <summary>A volume of one of the two sizes, or a small one of the same type.</summary>
    private static Volume Make(string volume, int side)
    {
        var geometry = VolumeGeometry.FromSpacing(0.7, 0.7, 1.5);
        if (volume == "int16")
        {
            var shape = side > 0 ? new VolumeShape(1, side, side, side) : new(1, 200, 256, 256);
            var stored = new short[shape.Count];
            for (var i = 0; i < stored.Length; i++)
            {
                stored[i] = (short)((i * 2654435761L >> 20) % 2000);
            }

            return Volume.Create(stored, shape, geometry);
        }

        var large = side > 0 ? new VolumeShape(1, side, side, side) : new(1, 300, 512, 512);
        var values = new float[large.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (i * 2654435761L >> 20) % 2000 * 0.37f;
        }

        return Volume.Create(values, large, geometry);
    }
}
