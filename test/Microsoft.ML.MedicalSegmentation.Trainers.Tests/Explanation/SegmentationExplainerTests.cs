using Microsoft.ML.MedicalSegmentation.Contracts;
using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Fixtures;
using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Phantoms;
using Microsoft.ML.MedicalSegmentation.Training;
using Microsoft.ML.MedicalSegmentation.Weights;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Explanation;

[TestClass]
[DoNotParallelize]
public class SegmentationExplainerTests
{
    private static readonly VolumeGeometry Oblique = new(
        new AffineTransform(new(-0.9, 0.1, 0), new(0.2, 1.4, 0.3), new(0, -0.5, 2.5), new(12, -7, 90))
    );

    public static IEnumerable<object[]> Cases => ContractCases.All.Select(contract => new object[] { contract.Name });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void AttentionMapsAndGradCam_OfEveryNetwork_LieOnTheImagesGrid(string name)
    {
        var contract = ContractCases.Find(name);
        using var network = contract.Create(1, 3);
        FixtureFill.Apply(network);
        var volume = Image(network, contract);
        using var explainer = new SegmentationExplainer(network, Info(network, contract));

        var maps = explainer.AttentionMaps(volume, new() { Overlap = 0.2 });
        var cam = explainer.GradCam(volume, 1);

        foreach (var map in maps.Append(cam))
        {
            Assert.IsTrue(map.Values.Shape.SameGrid(volume.Shape), map.Name);
            Assert.AreEqual(volume.Geometry, map.Values.Geometry, map.Name);
            Assert.IsTrue(map.Values.Voxels.ToArray().All(value => float.IsFinite(value) && value >= 0), map.Name);
        }

        CollectionAssert.AllItemsAreUnique(maps.Select(map => map.Name).ToList());
        CollectionAssert.Contains(explainer.Layers.ToList(), explainer.DefaultLayer);
    }

    [TestMethod]
    [DataRow("attention-unet", "gates.*.relevance")]
    [DataRow("medical-transformer", "*.attention")]
    [DataRow("ca-net", "scaleAttention.scales.*")]
    [DataRow("transattunet", "globalAttention.attention")]
    [DataRow("unetr-plus-plus", "*.attention.tokens")]
    [DataRow("unetr-plus-plus", "*.attention.channels")]
    [DataRow("multi-scale-dual-attention", "*.positionAttention.attention")]
    [DataRow("multi-scale-dual-attention", "*.channelAttention.response")]
    public void AttentionMaps_OfThePapers_AreShown(string key, string pattern)
    {
        var contract = ContractCases.All.First(candidate => candidate.Entry.Key == key);
        using var network = contract.Create(1, 2);
        FixtureFill.Apply(network);
        using var explainer = new SegmentationExplainer(network, Info(network, contract));

        var maps = explainer.AttentionMaps(Image(network, contract), new() { Maps = [pattern], Overlap = 0 });

        Assert.IsTrue(maps.Count > 0);
        Assert.IsTrue(maps.Any(map => map.Values.Voxels.ToArray().Distinct().Count() > 10), "It tells places apart.");
    }

    [TestMethod]
    public void AttentionMaps_OfOneTile_AreTheGatesOwnNumbers()
    {
        using var scope = torch.NewDisposeScope();
        using var network = AttentionUNet.Entry.Create(new AttentionUNetOptions { Width = 4, Depth = 3, Classes = 2 });
        FixtureFill.Apply(network);
        network.eval();
        var values = Numbers(16 * 16 * 16);
        var volume = Volume.Create(values, new(1, 16, 16, 16), Oblique);
        using var explainer = new SegmentationExplainer(
            network,
            new() { Classes = [new(0, "a"), new(1, "b")], Patch = new(1, 16, 16, 16) }
        );

        var map = explainer.AttentionMaps(volume, new() { Maps = ["gates.1.parallel.1.relevance"] }).Single();

        using var observer = new ForwardObserver();
        network.forward(torch.tensor(values, [1, 1, 16, 16, 16]));
        var gate = observer.Seen(network).Single(seen => seen.Name == map.Name).Value;
        var resized = torch
            .nn.functional.interpolate(gate, [16, 16, 16], null, torch.InterpolationMode.Trilinear, false)
            .data<float>()
            .ToArray();
        Assert.IsTrue(resized.Zip(map.Values.Voxels.ToArray(), (a, b) => Math.Abs(a - b)).Max() < 1e-5);
    }

    [TestMethod]
    public void AttentionMaps_OrientedTraining_TurnsMapsBack()
    {
        using var network = AttentionUNet.Entry.Create(new AttentionUNetOptions { Width = 4, Depth = 3, Classes = 2 });
        FixtureFill.Apply(network);
        var info = new SegmentationModelInfo { Classes = [new(0, "a"), new(1, "b")], Patch = new(1, 8, 16, 16), Orientation = "RAS" };
        using var explainer = new SegmentationExplainer(network, info);
        var straight = Volume.Create(Numbers(10 * 18 * 20), new(1, 10, 18, 20), VolumeGeometry.FromSpacing(1, 1, 2));
        var turned = straight.Reorient("PIL");

        var expected = explainer.AttentionMaps(straight)[0].Values.Reorient("PIL").ToSingle().Voxels.ToArray();
        var map = explainer.AttentionMaps(turned)[0].Values;

        Assert.AreEqual(turned.Geometry, map.Geometry);
        Assert.IsTrue(expected.Zip(map.Voxels.ToArray(), (a, b) => Math.Abs(a - b)).Max() < 1e-5);
    }

    [TestMethod]
    public void GradCam_OfALinearHead_IsTheWeightedSumOfItsFeatures()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new TwoLayers();
        network.eval();
        var values = Numbers(6 * 5);
        var info = new SegmentationModelInfo { Classes = [new(0, "a"), new(1, "b")], Patch = new(1, 1, 6, 5), SpatialDimensions = 2 };
        using var explainer = new SegmentationExplainer(network, info);

        var cam = explainer.GradCam(Volume.Create(values, new(1, 1, 6, 5)), 1, "first");

        // The logits are a 1 x 1 convolution of the rectified features, so the gradient by feature k is its weight times the region's share
        // of the grid.
        var features = network.Features(torch.tensor(values, [1, 1, 6, 5]));
        var logits = network.forward(torch.tensor(values, [1, 1, 6, 5]));
        var share = 1.0 / 30;
        var weights = network.HeadWeights.select(0, 1);
        var expected = ((features * weights.unsqueeze(0)).sum([1]).relu() * share).data<float>().ToArray();
        Assert.IsTrue(logits.argmax(1).sum().item<long>() > 0, "Some pixels are of the class.");
        Assert.IsTrue(expected.Zip(cam.Values.Voxels.ToArray(), (a, b) => Math.Abs(a - b)).Max() < 1e-6);
        Assert.IsTrue(expected.Max() > 0);
    }

    [TestMethod]
    public void GradCam_OfATrainedModel_LightsUpWhereTheStructureIs()
    {
        var context = new MLContext(seed: 1);
        var options = TwoBalls.TrainerOptions;
        options = options with { Optimization = options.Optimization with { MaxEpoch = 12 } };
        using var model = context.MedicalSegmentation().Trainers.Segmentation(options).Fit(TwoBalls.Data(context, 16));
        using var explainer = SegmentationExplainer.FromModel(model.Model, threads: 1);
        var (image, labels) = Phantom.Create(300, TwoBalls.Options);

        var cam = explainer.GradCam(image, 2, "up_concat1").Values.Voxels.ToArray();

        var truth = new int[cam.Length];
        labels.CopyLabels(0, truth);
        var inside = cam.Where((_, at) => truth[at] == 2).Average();
        var outside = cam.Where((_, at) => truth[at] == 0).Average();
        Assert.IsTrue(inside > 3 * outside, $"{inside} inside, {outside} outside");
    }

    [TestMethod]
    public void FromModel_Zipped_ComputesWhatTheModelComputes()
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext(seed: 1);
        var options = TwoBalls.TrainerOptions;
        options = options with
        {
            Optimization = options.Optimization with { MaxEpoch = 1 },
            Network = new AttentionUNetOptions { Width = 4, Depth = 3, Form = AttentionUNetForm.Community },
            Export = options.Export with { WeightsPath = folder["w.safetensors"] },
        };
        using var model = context.MedicalSegmentation().Trainers.Segmentation(options).Fit(TwoBalls.Data(context, 2));
        context.MedicalSegmentation().SaveModel(model, null, folder["m.zip"]);

        var loaded = context.MedicalSegmentation().Describe(context.MedicalSegmentation().LoadModel(folder["m.zip"])).Segmentation!;
        using var fromZip = SegmentationExplainer.FromModel(loaded, threads: 1);
        using var fromWeights = SegmentationExplainer.FromModel(loaded, WeightsFile.Read(folder["w.safetensors"]), threads: 1);

        StringAssert.Contains(loaded.Info.NetworkOptions, "Community");
        var image = Phantom.Create(7, TwoBalls.Options).Image;
        var maps = fromZip.AttentionMaps(image).Select(map => map.Values.Voxels.ToArray()).ToList();
        Assert.AreEqual(2, maps.Count, "One gate for each of two skip connections.");
        Assert.IsTrue(maps.Zip(fromWeights.AttentionMaps(image), (a, b) => a.AsSpan().SequenceEqual(b.Values.Voxels)).All(same => same));
    }

    [TestMethod]
    public void FromModel_WithoutOptionsOrOfAnotherNetwork_WorksOrSaysWhy()
    {
        var context = new MLContext(seed: 1);
        var options = TwoBalls.TrainerOptions;
        options = options with
        {
            Optimization = options.Optimization with { MaxEpoch = 1 },
            Network = new AttentionUNetOptions { Width = 4, Depth = 3 },
        };
        using var model = context.MedicalSegmentation().Trainers.Segmentation(options).Fit(TwoBalls.Data(context, 1));
        SegmentationModel With(SegmentationModelInfo info) => new(model.Model.Onnx.ToArray(), info);

        var unfit = Assert.ThrowsExactly<ArgumentException>(() =>
            SegmentationExplainer.FromModel(With(model.Model.Info with { NetworkOptions = "" }))
        );
        StringAssert.Contains(unfit.Message, "do not fit attention-unet with depth 5");
        StringAssert.Contains(
            unfit.Message,
            "Give the options that it was trained with (networkOptions; medseg explain --network-options), or train it again."
        );
        using var given = SegmentationExplainer.FromModel(
            With(model.Model.Info with { NetworkOptions = "" }),
            networkOptions: AttentionUNet.Entry.ReadOptions("""{ "width": 4, "depth": 3 }""")
        );
        Assert.AreEqual("center.conv2.1", given.DefaultLayer, "Not the gating signal, which runs later but says the same of all classes.");
        var unknownOption = Assert.ThrowsExactly<ArgumentException>(() => AttentionUNet.Entry.ReadOptions("""{ "depht": 3 }"""));
        StringAssert.Contains(unknownOption.Message, "depht");
        StringAssert.Contains(unknownOption.Message, "depth, ");
        var unknown = Assert.ThrowsExactly<ArgumentException>(() =>
            SegmentationExplainer.FromModel(With(model.Model.Info with { Network = "swin" }))
        );
        StringAssert.Contains(unknown.Message, "'swin'");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SegmentationExplainer.FromModel(model.Model, threads: -1));
        var damaged = Assert.ThrowsExactly<InputDataException>(() =>
            SegmentationExplainer.FromModel(new(model.Model.Onnx.ToArray()[..2000], model.Model.Info))
        );
        StringAssert.Contains(damaged.Message, "damaged");
    }

    [TestMethod]
    public void WrongArguments_AreNamed()
    {
        using var network = AttentionUNet.Entry.Create(new AttentionUNetOptions { Width = 2, Depth = 3, Classes = 2 });
        var info = new SegmentationModelInfo { Classes = [new(0, "a"), new(1, "b")], Patch = new(1, 8, 8, 8) };
        using var explainer = new SegmentationExplainer(network, info);
        var volume = Volume.Create(new float[512], new(1, 8, 8, 8));

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => explainer.GradCam(volume, 7)).Message, "0 a, 1 b");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => explainer.GradCam(volume, 1, "layer4")).Message, "center.conv");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => explainer.AttentionMaps(volume, new() { MaximumBytes = 100 })).Message,
            "MaximumBytes"
        );
        StringAssert.Contains(
            Assert
                .ThrowsExactly<InputDataException>(() => explainer.AttentionMaps(Volume.Create(new float[1024], new(2, 8, 8, 8))))
                .Message,
            "2 channels"
        );
        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() => new SegmentationExplainer(network, info with { Patch = new(3, 8, 8, 8) }))
                .Message,
            "description"
        );
    }

    [TestMethod]
    public void Draw_VolumeAndImage_HasPanelsInColour()
    {
        var volume = Volume.Create(Numbers(4 * 8 * 16), new(1, 4, 8, 16), VolumeGeometry.FromSpacing(1, 1, 3));
        var map = new float[512];
        map[(1 * 128) + (3 * 16) + 7] = 1; // the middle, counted from left, posterior and inferior
        var picture = ExplanationOverlay.Draw(volume, new("m", Volume.Create(map, volume.Shape, volume.Geometry)));

        Assert.AreEqual(3, picture.Shape.Channels);
        Assert.AreEqual((192, 256 + 256 + 128), (picture.Shape.Height, picture.Shape.Width), "16 pixels a millimetre.");
        var pixels = picture.Voxels.ToArray();
        var count = (int)picture.Shape.ChannelCount;
        Assert.IsTrue(Enumerable.Range(0, count).Any(at => pixels[at] > pixels[at + (2 * count)] + 50), "The place of the map is warm.");
        Assert.IsTrue(
            Enumerable.Range(0, count).Count(at => pixels[at] == pixels[at + count] && pixels[at] == pixels[at + (2 * count)]) > count / 2,
            "The rest is grey."
        );
        Assert.ThrowsExactly<ArgumentException>(() =>
            ExplanationOverlay.Draw(volume, new("m", Volume.Create(new float[1], new(1, 1, 1, 1))))
        );
    }

    private static Volume<float> Image(Network network, ContractCase contract)
    {
        var sides = contract.Sizes(network)[0];
        var shape =
            sides.Length == 2
                ? new VolumeShape(1, 2, (int)sides[0] + 3, (int)sides[1])
                : new(1, (int)sides[0], (int)sides[1] + 3, (int)sides[2]);
        return Volume.Create(Numbers((int)shape.Count), shape, Oblique);
    }

    private static SegmentationModelInfo Info(Network network, ContractCase contract)
    {
        var sides = contract.Sizes(network)[0];
        return new()
        {
            Classes = [.. Enumerable.Range(0, network.Options.Classes).Select(value => new LabelClass(value, $"class {value}"))],
            Patch = sides.Length == 2 ? new(1, 1, (int)sides[0], (int)sides[1]) : new(1, (int)sides[0], (int)sides[1], (int)sides[2]),
            SpatialDimensions = sides.Length,
            Overlap = 0.2,
        };
    }

    private static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(at => (float)FixtureFill.Unit("image", at))];

    private sealed class TwoLayers() : Network(new PlainOptions { SpatialDims = 2 })
    {
        private readonly Convolution first = new(2, 1, 4, kernel: 3, padding: 1);
        private readonly Convolution head = new(2, 4, 2, kernel: 1);

        public override string Description => "two layers";

        public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf([1, 1]);

        public torch.Tensor HeadWeights => named_parameters().Single(entry => entry.name == "head.weight").parameter;

        public override TensorExpression Forward(TensorExpression image) => head.Forward(first.Forward(image).Relu());

        public torch.Tensor Features(torch.Tensor image) => ((TorchExpression)first.Forward(new TorchExpression(image)).Relu()).Tensor;

        protected override void InitializeWeights()
        {
            torch.manual_seed(4);
            foreach (var parameter in parameters())
            {
                torch.nn.init.normal_(parameter, 0, 1);
            }
        }
    }
}
