using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Explanation;
using Microsoft.ML.MedicalSegmentation.Training;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Contracts;

/// <summary>Training on the first GPU by way of the trainer; inconclusive where libtorch sees none.</summary>
[TestClass]
[DoNotParallelize]
public class DeviceTrainingTests
{
    [TestMethod]
    public void Fit_OnTheGpu_LearnsAsOnTheProcessor()
    {
        var context = ContextOfTheGpu();
        var options = TwoBalls.TrainerOptions;
        options = options with
        {
            Validation = options.Validation with { ValidationSet = TwoBalls.Data(context, 2, firstSeed: 100) },
            Optimization = options.Optimization with { GradientClipNorm = 12 },
        };

        using var model = context.MedicalSegmentation().Trainers.Segmentation(options).Fit(TwoBalls.Data(context, 24));
        var metrics = context.MedicalSegmentation().Evaluate(model.Transform(TwoBalls.Data(context, 8, firstSeed: 200)));

        Assert.IsTrue(metrics.Classes.All(c => c.Dice > 0.95), $"{metrics}");
    }

    [TestMethod]
    [DataRow("unetr-plus-plus", OptimizerKind.SgdNesterov, TrainingPrecision.BFloat16)]
    [DataRow("dual-attention", OptimizerKind.Adam, TrainingPrecision.Float32)]
    [DataRow("medical-transformer", OptimizerKind.AdamW, TrainingPrecision.Float32)]
    public void Fit_OnTheGpuWithEverythingOn_Exports(string network, OptimizerKind optimizer, TrainingPrecision precision)
    {
        var context = ContextOfTheGpu();
        using var folder = new TemporaryFolder();
        var contract = ContractCases.All.First(candidate => candidate.Entry.Key == network);
        using var like = contract.Create(channels: 1, classes: 3);
        var side = contract.Sizes(like)[0];
        void Train(string? start, string written)
        {
            var options = TwoBalls.TrainerOptions;
            options = options with
            {
                Network = contract.Options,
                Loss = new FocalLoss { ClassWeights = [1, 2, 3], IgnoreIndex = 2 },
                Sampling = options.Sampling with
                {
                    PatchSize = side is [var height, var width]
                        ? new(1, (int)height, (int)width)
                        : new((int)side[0], (int)side[1], (int)side[2]),
                },
                Optimization = options.Optimization with
                {
                    Optimizer = optimizer,
                    LearningRate = 1e-3,
                    MaxEpoch = 2,
                    GradientClipNorm = 12,
                },
                Device = options.Device with { Precision = precision },
                Augmentation = AugmentationPresets.NnUNet(VolumeAxes.All),
                Validation = options.Validation with { ValidationSet = TwoBalls.Data(context, 1) },
                Export = options.Export with { WeightsPath = folder[written] },
                Initialization = new()
                {
                    WeightsPath = start,
                    FreezePatterns = start is null ? [] : [like.named_parameters().First().name],
                },
            };
            using var model = context.MedicalSegmentation().Trainers.Segmentation(options).Fit(TwoBalls.Data(context, 2));
            Assert.IsTrue(model.Model.Onnx.Length > 0);
        }

        Train(start: null, "first.safetensors");
        Train(folder["first.safetensors"], "second.weights");
    }

    [TestMethod]
    [DataRow(OptimizerKind.AdamW)]
    [DataRow(OptimizerKind.SgdNesterov)]
    public void Fit_OnTheGpuStoppedAndGoneOn_TrainsToTheEnd(OptimizerKind optimizer)
    {
        var context = ContextOfTheGpu();
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        SegmentationTrainer Trainer(CancellationToken cancellationToken) => TwoBalls.BriefTrainer(context, options => options with
        {
            Optimization = options.Optimization with { Optimizer = optimizer, MaxEpoch = 3 },
            Checkpoint = options.Checkpoint with { Path = folder["state"] },
            Validation = options.Validation with { ValidationSet = TwoBalls.Data(context, 1) },
            CancellationToken = cancellationToken,
            MetricsCallback = _ => stop.Cancel(),
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => Trainer(stop.Token).Fit(TwoBalls.Data(context, 4)));

        using var model = Trainer(CancellationToken.None).Fit(TwoBalls.Data(context, 4));

        Assert.AreEqual(3, model.TrainingHistory!.Epochs.Count);
        Assert.IsTrue(model.TrainingHistory.Epochs[^1].Loss < model.TrainingHistory.Epochs[0].Loss);
    }

    [TestMethod]
    public void Explain_NetworkOnTheGpu_GivesTheMapsOfTheProcessor()
    {
        ContextOfTheGpu();
        torch.manual_seed(3);
        using var network = new AttentionUNetOptions { Width = 4, Depth = 3, Classes = 3 }.CreateNetwork();
        var info = new SegmentationModelInfo
        {
            Classes = [new(0, "background"), new(1, "large"), new(2, "bright")],
            Patch = new(1, 16, 16, 16),
            SpatialDimensions = 3,
            Network = "attention-unet",
        };
        var image = TwoBalls.Rows(1).Single().Image;
        float[][] Maps()
        {
            using var explainer = new SegmentationExplainer(network, info);
            return [.. explainer.AttentionMaps(image).Append(explainer.GradCam(image, 0)).Select(map => map.Values.Voxels.ToArray())];
        }

        var expected = Maps();
        network.to(torch.CUDA);
        var maps = Maps();

        Assert.AreEqual(expected.Length, maps.Length);
        foreach (var (ours, reference) in maps.Zip(expected))
        {
            Assert.IsTrue(ours.Zip(reference, (a, b) => Math.Abs(a - b)).Max() < 5e-3 * Math.Max(1e-3, reference.Max()));
        }
    }

    // Scoring falls back to the processor where ONNX Runtime has no CUDA; training cannot, as the device is there.
    private static MLContext ContextOfTheGpu()
    {
        if (!torch.cuda.is_available())
        {
            Assert.Inconclusive("libtorch sees no CUDA device.");
        }

        return new(seed: 1) { GpuDeviceId = 0, FallbackToCpu = true };
    }
}
