using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Planned;

/// <summary>Tiles and weights against those of nnU-Net.</summary>
[TestClass]
public sealed class PlannedTilesTests
{
    private const string Golden = "nnunet/model/sliding";

    [TestMethod]
    [DataRow(7, 10, 12)]
    [DataRow(10, 40, 56)]
    [DataRow(16, 16, 16)]
    [DataRow(40, 56, 40)]
    [DataRow(56, 40)]
    public void Weights_OfAPatch_AreNnUNets(params int[] patch)
    {
        var expected = NumPyArray.Read(TestData.RequireGolden($"{Golden}/gaussian_{string.Join('x', patch)}_f16.npy")).ToSingle();
        var actual = PlannedTileWeights.Of(Member(patch));

        // The Gaussians are computed in another order, so that a weight may fall on the neighbouring number of half precision.
        Assert.AreEqual(expected.Length, actual.Length);
        Assert.IsLessThanOrEqualTo(expected.Length / 1000, expected.Zip(actual).Count(pair => pair.First != pair.Second));
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.AreEqual(one, other, Math.Max(one * 1e-3, 6e-8));
        }
    }

    [TestMethod]
    public void Positions_OfGoldenSizes_AreNnUNets()
    {
        var cases = JsonNode.Parse(File.ReadAllText(TestData.RequireGolden($"{Golden}/steps.json")))!.AsArray();
        foreach (var entry in cases)
        {
            T[] Row<T>(string key) => [.. entry![key]!.AsArray().Select(number => number!.GetValue<T>())];
            var (image, tile, step) = (Row<int>("image_size"), Row<int>("tile_size"), entry!["tile_step_size"]!.GetValue<double>());
            for (var axis = 0; axis < image.Length; axis++)
            {
                int[] expected = [.. entry["steps"]![axis]!.AsArray().Select(number => number!.GetValue<int>())];
                CollectionAssert.AreEqual(
                    expected,
                    SlidingWindow.Positions(image[axis], tile[axis], 1 - step).ToArray(),
                    entry.ToJsonString()
                );
            }
        }
    }

    [TestMethod]
    public void Mirrors_OfAxes_AreAllCombinationsBySizeAndOrder()
    {
        string Text(IReadOnlyList<int> axes, int dimensions) =>
            string.Join(
                ' ',
                TileMirror.Combinations(axes, dimensions).Select(one => string.Concat(one.Select(isMirrored => isMirrored ? '1' : '0')))
            );
        Assert.AreEqual("000 100 010 001 110 101 011 111", Text([0, 1, 2], 3));
        Assert.AreEqual("000 010 001 011", Text([1, 0], 2));
        Assert.AreEqual("000", Text([], 3));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TileMirror.Combinations([2], 2)).Message, "0 to 1");
    }

    private static PlannedMember Member(int[] patch) => new()
    {
        Name = "test",
        Preprocessing = new() { Spacing = [.. patch.Select(_ => 1.0)], Channels = [new(NormalizationScheme.None)] },
        Patch = patch,
        OutputChannels = 2,
        Networks = 1,
    };
}
