using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Partitioning;

/// <summary>
/// Exact tiles, by ONNX Runtime, give the logits of the whole volume by libtorch: at borders, between tiles, at odd sizes and with strides.
/// </summary>
[TestClass]
[DoNotParallelize]
public class ExactTilesTests
{
    private const double Tolerance = 1e-4;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(37, 43, 24)]
    [DataRow(61, 32, 49)]
    public void Segment_ByExactTiles_EqualsTheWholeVolume(int depth, int height, int width) =>
        Compare(
            new AttentionUNetOptions
            {
                Form = AttentionUNetForm.Ungated,
                Width = 2,
                Depth = 2,
                Classes = 3,
            },
            new(1, 32, 32, 24),
            new(1, depth, height, width),
            mirror: false
        );

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Segment_GatesAndTransposedConvolutions_EqualsTheWholeSlices(bool mirror) =>
        Compare(
            new AttentionUNetOptions
            {
                SpatialDims = 2,
                Width = 2,
                Depth = 3,
                Classes = 2,
                TransposedUpsampling = true,
            },
            new(1, 1, 96, 96),
            new(1, 3, 203, 150),
            mirror
        );

    [TestMethod]
    public void Segment_ByBlendedTiles_Differs() =>
        Assert.IsGreaterThan(
            Tolerance,
            Difference(
                new AttentionUNetOptions
                {
                    Form = AttentionUNetForm.Ungated,
                    Width = 2,
                    Depth = 2,
                    Classes = 2,
                },
                new(1, 32, 32, 24),
                new(1, 48, 40, 40),
                ScoringTiling.Blended,
                []
            )
        );

    [TestMethod]
    public void Segment_InstanceNorm_IsRefusedWithTheReason()
    {
        using var network = new UNetOptions { Width = 2, Depth = 2 }.CreateNetwork();
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            new OnnxSegmenter(ModelOf(network, new(1, 16, 16, 16)), new() { Tiling = ScoringTiling.Exact })
        );
        StringAssert.Contains(error.Message, "instance norm over all positions");
    }

    private void Compare(NetworkOptions options, VolumeShape patch, VolumeShape size, bool mirror)
    {
        var difference = Difference(options, patch, size, ScoringTiling.Exact, mirror ? [1] : []);
        TestContext.WriteLine($"{size}, patch {patch}: {difference:g2}");
        Assert.IsLessThan(Tolerance, difference);
    }

    private static double Difference(NetworkOptions options, VolumeShape patch, VolumeShape size, ScoringTiling tiling, int[] mirrorAxes)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        random.manual_seed(1);
        using var network = options.CreateNetwork();
        foreach (var (name, buffer) in network.named_buffers().Where(entry => entry.buffer.dtype == ScalarType.Float32))
        {
            buffer.add_(name.EndsWith("var", StringComparison.Ordinal) ? rand(buffer.shape) : 0.3 * randn(buffer.shape));
        }

        var model = ModelOf(network, patch);
        var voxels = randn([size.Depth, size.Height, size.Width]);
        var volume = Volume.Create(voxels.data<float>().ToArray(), size);
        using var segmenter = new OnnxSegmenter(model, new() { Tiling = tiling, MirrorAxes = mirrorAxes });
        var logits =
            segmenter.Segment(volume, withProbabilities: true).Probabilities ?? throw new InvalidOperationException("There are no logits.");
        var scored = tensor(logits.Voxels.ToArray()).reshape(options.Classes, size.Depth, size.Height, size.Width);

        // The network on the whole volume, filled up to a multiple of its stride.
        var stride = model.Info.Reach!.Stride;
        long[] missing =
        [
            .. new long[] { size.Depth, size.Height, size.Width }.Select(
                (side, axis) => (stride[axis] - (side % stride[axis])) % stride[axis]
            ),
        ];
        var filled = nn.functional.pad(
            voxels.reshape(1, 1, size.Depth, size.Height, size.Width),
            [0, missing[2], 0, missing[1], 0, missing[0]]
        );
        Tensor Run(Tensor image) =>
            options.SpatialDims == 3
                ? network.forward(image)
                : network.forward(image.squeeze(0).transpose(0, 1)).transpose(0, 1).unsqueeze(0);
        var expected = Run(filled);
        if (mirrorAxes.Length > 0)
        {
            expected = (expected + Run(filled.flip(4)).flip(4)) / 2;
        }

        return (scored - expected[0].narrow(1, 0, size.Depth).narrow(2, 0, size.Height).narrow(3, 0, size.Width)).abs().max().ToDouble();
    }

    private static SegmentationModel ModelOf(Network network, VolumeShape patch)
    {
        network.eval();
        long[] sides = network.Options.SpatialDims == 3 ? [patch.Depth, patch.Height, patch.Width] : [patch.Height, patch.Width];
        var info = new SegmentationModelInfo
        {
            Classes = [.. Enumerable.Range(0, network.Options.Classes).Select(value => new LabelClass(value, $"class {value}"))],
            Patch = patch,
            SpatialDimensions = network.Options.SpatialDims,
            Activation = OutputActivation.None,
            Reach = NetworkReading.Of(network, sides).ToReach(),
        };
        using var onnx = new MemoryStream();
        OnnxExport.Write(network, sides, SegmentationModelMetadata.Write(info), onnx);
        return SegmentationModel.FromOnnx(onnx.ToArray());
    }
}
