using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Phantoms;

namespace Extensibility.Tests;

/// <summary>A network and a loss of an application, seen by the public surface alone.</summary>
[TestClass]
[DoNotParallelize]
public class OwnNetworkTests
{
    [TestMethod]
    public void Fit_OwnNetworkAndLoss_TrainsExportsSavesAndScoresInANewProcess()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var context = new MLContext(seed: 1);
            var medical = context.MedicalSegmentation();
            var rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(seed => WriteCase(folder.FullName, seed)).ToList());
            var labels = medical.Transforms.LoadLabelVolumes();
            var trainer = medical.Trainers.Segmentation(new TinyNetworkOptions { Layers = 3 }, new()
            {
                Loss = new SquaredErrorLoss { Scale = 2 },
                Sampling = new() { PatchSize = new PatchSize(16, 16, 16) },
                Optimization = new() { MaxEpoch = 6, LearningRate = 1e-2, WeightAverageDecay = 0 },
                Augmentation = AugmentationPresets.None,
                Seed = 1,
                Device = new() { Threads = 1 },
            });

            var model = medical.Transforms.LoadVolumes().Append(medical.Transforms.NormalizeIntensity()).Append(trainer)
                .Fit(labels.Fit(rows).Transform(rows));

            var history = model.LastTransformer.TrainingHistory!;
            Assert.IsTrue(history.Epochs[^1].Loss < history.Epochs[0].Loss, string.Join(", ", history.Epochs.Select(epoch => epoch.Loss)));
            Assert.AreEqual("tiny", model.LastTransformer.Model.Info.Network);
            var zip = Path.Combine(folder.FullName, "model.zip");
            medical.SaveModel(model, rows.Schema, zip);
            var predicted = context
                .Data.CreateEnumerable<Prediction>(model.Transform(rows), reuseRowObject: false)
                .First()
                .PredictedLabel!.Voxels;
            byte[] described = [.. Encoding.UTF8.GetBytes($"{predicted.Shape} {predicted.Geometry} "), .. predicted.Bytes];
            Assert.AreEqual(
                Convert.ToHexString(SHA256.HashData(described)),
                ScoreInNewProcess(zip, Path.Combine(folder.FullName, "image0.nii"))
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void Register_OwnNetworkAndLoss_CanBeNamedInFiles()
    {
        NetworkList.Register(TinyNetwork.Entry);
        LossList.Register(new("squared-error", "Squared error of the probabilities.", new SquaredErrorLoss()));
        var options = new SegmentationTrainer.Options
        {
            Network = new TinyNetworkOptions { Layers = 4 },
            Loss = new SquaredErrorLoss { Scale = 3 },
        };

        var read = SegmentationTrainer.Options.FromJson(options.ToJson());

        Assert.AreEqual(options.Network, read.Network);
        Assert.AreEqual(options.Loss, read.Loss);
        Assert.AreEqual(new TinyNetworkOptions(), SegmentationTrainer.Options.FromJson("""{"network":"TINY"}""").Network);
        Assert.ThrowsExactly<ArgumentException>(() => NetworkList.Register(TinyNetwork.Entry));
    }

    [TestMethod]
    public void Segmentation_FaultsOfOwnNetworkAndLoss_AreListedWithTheOthers()
    {
        var trainers = new MLContext().MedicalSegmentation().Trainers;

        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            trainers.Segmentation(
                new TinyNetworkOptions { Layers = 0 },
                new()
                {
                    Loss = new SquaredErrorLoss { Scale = 0 },
                    Sampling = new() { BatchSize = 0 },
                }
            )
        );

        foreach (var fact in new[] { "3 of the trainer's options", "Layers is 0", "Scale is 0", "Sampling.BatchSize is 0" })
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    private static Case WriteCase(string folder, int seed)
    {
        var (image, labels) = Phantom.Create(seed, new() { Shape = new(1, 16, 16, 16) });
        var written = new Case
        {
            ImagePath = Path.Combine(folder, $"image{seed}.nii"),
            LabelPath = Path.Combine(folder, $"label{seed}.nii"),
        };
        VolumeFormats.Save(image, written.ImagePath);
        VolumeFormats.Save(labels, written.LabelPath);
        return written;
    }

    private static string ScoreInNewProcess(string zip, string image)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.GetFullPath(
            Path.Combine(AppContext.BaseDirectory, "..", "..", "LoadInNewProcess", configuration, "LoadInNewProcess.dll")
        );
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, zip, image]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode);
        return output.Trim();
    }

    private sealed class Case
    {
        public string ImagePath { get; set; } = "";

        public string LabelPath { get; set; } = "";
    }

    private sealed class Prediction
    {
        [LabelVolumeColumn]
        public LabelVolume? PredictedLabel { get; set; }
    }
}
