using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.ReportedCases;

/// <summary>An input on which some tool was wrong, with its right answer: shape [channel, z, y, x], mean of every slice, sum.</summary>
internal static class ReportedCase
{
    /// <summary>Fails unless a volume has the shape, slice means and sum of the case.</summary>
    public static void AssertEqual(string folder, Volume volume)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(TestData.RequireCase(Path.Combine(folder, "expected.json"))));
        var sides = expected.RootElement.GetProperty("shape_czyx").EnumerateArray().Select(side => side.GetInt32()).ToArray();
        Assert.AreEqual(new VolumeShape(sides[0], sides[1], sides[2], sides[3]), volume.Shape);
        var sum = 0.0;
        foreach (var (channel, slices) in expected.RootElement.GetProperty("mean_per_channel_and_slice").EnumerateArray().Index())
        {
            foreach (var (z, mean) in slices.EnumerateArray().Index())
            {
                var slice = SliceSum(volume, channel, z);
                sum += slice;
                Assert.AreEqual(
                    mean.GetDouble(),
                    slice / (sides[2] * sides[3]),
                    5e-4 * Math.Max(1, Math.Abs(mean.GetDouble()) * 1e-3),
                    $"{folder}: channel {channel}, slice {z}"
                );
            }
        }

        Assert.AreEqual(expected.RootElement.GetProperty("sum").GetDouble(), sum, 1e-3, folder);
    }

    private static double SliceSum(Volume volume, int channel, int z)
    {
        var sum = 0.0;
        for (var y = 0; y < volume.Shape.Height; y++)
        {
            for (var x = 0; x < volume.Shape.Width; x++)
            {
                sum += volume.GetValue(channel, z, y, x);
            }
        }

        return sum;
    }
}
