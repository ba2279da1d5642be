using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Scoring;

[TestClass]
public sealed class OnnxSegmenterTests
{
    private static readonly ScoringSettings OneThread = new() { Threads = 1 };

    [TestMethod]
    [DataRow(16, 16, 16)]
    [DataRow(8, 16, 16)]
    [DataRow(23, 31, 45)]
    [DataRow(5, 40, 7)]
    [DataRow(1, 1, 1)]
    [DataRow(17, 16, 15)]
    public void Segment_PointwiseNetwork_EqualsDecidingEachVoxel(int depth, int height, int width)
    {
        var volume = Scans.Noise(new(1, depth, height, width), seed: 3, scale: 2.4f);
        using var segmenter = new OnnxSegmenter(TinyOnnx.Steps(new(1, 8, 16, 16)), OneThread);

        var labels = segmenter.Segment(volume).Labels;

        var expected = volume.Voxels.ToArray().Select(v => (byte)(v < 0.5f ? 0 : v < 1.5f ? 10 : 20)).ToArray();
        CollectionAssert.AreEqual(expected, labels.Voxels.Bytes.ToArray());
        Assert.AreEqual("step 2", labels.Classes[2].Name);
        Assert.AreEqual(volume.Geometry, labels.Geometry);
    }

    [TestMethod]
    [DataRow(20, 26, 33, 1)]
    [DataRow(20, 26, 33, 4)]
    [DataRow(7, 26, 5, 1)]
    public void Segment_OverlappingTiles_EqualsBlendingTheWholeVolumeAtOnce(int depth, int height, int width, int batchSize)
    {
        var model = TinyOnnx.Random(new(1, 8, 12, 16), classes: 3);
        var volume = Scans.Noise(new(1, depth, height, width), seed: 4, scale: 1);
        var settings = OneThread with { BatchSize = batchSize };
        using var segmenter = new OnnxSegmenter(model, settings);

        var result = segmenter.Segment(volume, withProbabilities: true);

        var expected = BlendInFull(model, volume);
        Assert.IsNotNull(result.Probabilities);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], result.Probabilities.Voxels[i], 1e-5, $"{i}");
        }

        for (var z = 0; z < depth; z++)
        {
            for (var x = 0; x < width; x++)
            {
                var best = Enumerable.Range(0, 3).MaxBy(k => result.Probabilities.GetValue(k, z, height / 2, x));
                Assert.AreEqual(best, result.Labels[z, height / 2, x]);
            }
        }
    }

    [TestMethod]
    public void Segment_WithProbabilities_TheySumToOne()
    {
        using var segmenter = new OnnxSegmenter(TinyOnnx.Random(new(1, 8, 8, 8), classes: 5), OneThread);

        var probabilities = segmenter.Segment(Scans.Noise(new(1, 13, 14, 15), 5, 3), withProbabilities: true).Probabilities;

        Assert.IsNotNull(probabilities);
        Assert.AreEqual(new VolumeShape(5, 13, 14, 15), probabilities.Shape);
        for (var i = 0; i < probabilities.Shape.ChannelCount; i++)
        {
            var sum = Enumerable.Range(0, 5).Sum(k => (double)probabilities.Voxels[(k * 13 * 14 * 15) + i]);
            Assert.AreEqual(1, sum, 1e-5);
        }
    }

    [TestMethod]
    public void Segment_WithoutBeingAsked_GivesNoProbabilities()
    {
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 8, 8, 8)), OneThread);

        Assert.IsNull(segmenter.Segment(Scans.Noise(new(1, 8, 8, 8), 1, 1)).Probabilities);
    }

    [TestMethod]
    public void Segment_StoredIntegersWithScaling_ScoresTheirValues()
    {
        var stored = Enumerable.Range(0, 6 * 7 * 9).Select(i => (short)(i % 100)).ToArray();
        var volume = Volume.Create(stored, new(1, 6, 7, 9), scaling: new(0.01, 0));
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 4, 4, 4)), OneThread);

        var labels = segmenter.Segment(volume).Labels.Voxels.Bytes.ToArray();

        CollectionAssert.AreEqual(stored.Select(v => v * 0.01f > 0.5f ? (byte)1 : (byte)0).ToArray(), labels);
    }

    [TestMethod]
    public void Segment_FlatNetwork_ScoresEverySlice()
    {
        var volume = Scans.Noise(new(1, 5, 21, 30), 7, 1);
        using var segmenter = new OnnxSegmenter(
            TinyOnnx.Threshold(new(1, 1, 16, 16), spatialDimensions: 2),
            OneThread with
            {
                BatchSize = 3,
            }
        );

        var labels = segmenter.Segment(volume).Labels;

        CollectionAssert.AreEqual(
            volume.Voxels.ToArray().Select(v => v > 0.5f ? (byte)1 : (byte)0).ToArray(),
            labels.Voxels.Bytes.ToArray()
        );
    }

    [TestMethod]
    public void Segment_SeveralChannels_ReadsEachInOrder()
    {
        // Class 1 where the second channel is above the first.
        var info = new SegmentationModelInfo { Classes = [new(0, "first"), new(1, "second")], Patch = new(2, 4, 4, 4) };
        using var segmenter = new OnnxSegmenter(TinyOnnx.Model(info, new TinyOnnx.Layer(2, 2, 1, [1, 0, 0, 1], [0, 0])), OneThread);
        var volume = Scans.Noise(new(2, 6, 5, 7), 8, 1);

        var labels = segmenter.Segment(volume).Labels.Voxels.Bytes.ToArray();

        for (var i = 0; i < labels.Length; i++)
        {
            Assert.AreEqual(volume.Voxels[labels.Length + i] > volume.Voxels[i] ? 1 : 0, labels[i]);
        }
    }

    [TestMethod]
    public void Segment_OneLogitChannel_IsThresholdedAtOneHalf()
    {
        var info = new SegmentationModelInfo
        {
            Classes = [new(0, "out"), new(7, "in")],
            Patch = new(1, 4, 4, 4),
            Activation = OutputActivation.Sigmoid,
        };
        using var segmenter = new OnnxSegmenter(TinyOnnx.Model(info, new TinyOnnx.Layer(1, 1, 1, [1], [-0.5f])), OneThread);
        var volume = Scans.Noise(new(1, 6, 5, 7), 9, 1);

        var result = segmenter.Segment(volume, withProbabilities: true);

        Assert.IsNotNull(result.Probabilities);
        for (var i = 0; i < volume.Voxels.Length; i++)
        {
            Assert.AreEqual(volume.Voxels[i] > 0.5f ? 7 : 0, result.Labels.Voxels.Bytes[i]);
            Assert.AreEqual(1 / (1 + Math.Exp(0.5 - volume.Voxels[i])), result.Probabilities.Voxels[volume.Voxels.Length + i], 1e-5);
        }
    }

    [TestMethod]
    public void Segment_LargeLabelValues_AreStoredInSixteenBits()
    {
        var info = new SegmentationModelInfo { Classes = [new(0, "out"), new(700, "in")], Patch = new(1, 4, 4, 4) };
        using var segmenter = new OnnxSegmenter(TinyOnnx.Model(info, new TinyOnnx.Layer(2, 1, 1, [0, 1], [0.5f, 0])), OneThread);

        var labels = segmenter.Segment(Volume.Create([0f, 1f], new(1, 1, 1, 2))).Labels;

        Assert.AreEqual(VoxelType.UInt16, labels.Voxels.VoxelType);
        Assert.AreEqual((0, 700), (labels[0, 0, 0], labels[0, 0, 1]));
    }

    /// <summary>Probabilities by sums over classes x volume, in double precision: the definition, without any saving of memory.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Segment_Mirrored_FollowsAMirroredVolume(int batchSize)
    {
        var volume = Scans.Noise(new(1, 8, 12, 16), seed: 5, scale: 1);
        var mirrored = Volume.Create(volume.Voxels.ToArray().Reverse().ToArray(), volume.Shape);
        float[] Score(Volume<float> image, IReadOnlyList<int>? axes)
        {
            using var segmenter = new OnnxSegmenter(
                TinyOnnx.Random(new(1, 8, 12, 16), classes: 2),
                OneThread with
                {
                    MirrorAxes = axes,
                    BatchSize = batchSize,
                }
            );
            return segmenter.Segment(image, withProbabilities: true).Probabilities!.Voxels[..(int)image.Shape.Count].ToArray();
        }

        // Mirrored along all axes, voxels come in reverse.
        var (expected, actual) = (Score(volume, [0, 1, 2]), Score(mirrored, [0, 1, 2]).Reverse().ToArray());
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-5, $"[{i}]");
        }

        Assert.IsGreaterThan(
            1e-3f,
            Score(volume, null).Zip(Score(mirrored, null).Reverse()).Max(pair => Math.Abs(pair.First - pair.Second))
        );
    }

    private static double[] BlendInFull(SegmentationModel model, Volume<float> volume)
    {
        var (patch, size, classes) = (model.Info.Patch, volume.Shape, model.Info.Classes.Count);
        using var network = new OnnxNetwork(model, threads: 1, batchSize: 1, new(), _ => { });
        var (z, y, x) = (TileWeights.Gaussian(patch.Depth), TileWeights.Gaussian(patch.Height), TileWeights.Gaussian(patch.Width));
        var sums = new double[classes * size.Count];
        var weights = new double[size.Count];
        foreach (var z0 in SlidingWindow.Positions(size.Depth, patch.Depth))
        {
            foreach (var tile in new SlidingWindow(size, patch).TilesAt(z0))
            {
                var (input, output) = (new float[patch.Count], new float[classes * patch.Count]);
                var inside = Enumerable
                    .Range(0, (int)patch.Count)
                    .Select(i =>
                        (
                            Tile: i,
                            Z: tile.Z + (i / patch.Width / patch.Height),
                            Y: tile.Y + (i / patch.Width % patch.Height),
                            X: tile.X + (i % patch.Width)
                        )
                    )
                    .Where(v => v.Z >= 0 && v.Z < size.Depth && v.Y >= 0 && v.Y < size.Height && v.X >= 0 && v.X < size.Width)
                    .ToList();
                inside.ForEach(v => input[v.Tile] = volume.Voxels[(int)volume.Offset(0, v.Z, v.Y, v.X)]);
                network.Run(input, output, 1, "a volume");
                foreach (var v in inside)
                {
                    var (at, weight) = ((int)volume.Offset(0, v.Z, v.Y, v.X), z[v.Z - tile.Z] * y[v.Y - tile.Y] * x[v.X - tile.X]);
                    weights[at] += weight;
                    for (var k = 0; k < classes; k++)
                    {
                        sums[(k * size.Count) + at] += weight * output[(k * patch.Count) + v.Tile];
                    }
                }
            }
        }

        var probabilities = new double[sums.Length];
        for (var i = 0; i < size.Count; i++)
        {
            var exponentials = Enumerable.Range(0, classes).Select(k => Math.Exp(sums[(k * size.Count) + i] / weights[i])).ToArray();
            for (var k = 0; k < classes; k++)
            {
                probabilities[(k * size.Count) + i] = exponentials[k] / exponentials.Sum();
            }
        }

        return probabilities;
    }
}
