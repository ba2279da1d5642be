using Microsoft.ML.MedicalSegmentation.Data.Augmentation;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>Training of a synthesis that is stopped and goes on.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SynthesisCheckpointTests
{
    private const int Epochs = 3;

    [TestMethod]
    [DataRow(1, 0.0)]
    [DataRow(2, 0.9)]
    public void Fit_StoppedAndGoneOn_GivesTheBytesOfOneThatWasNotStopped(int stop, double averageDecay)
    {
        using var folder = new TemporaryFolder();
        var whole = Train(folder["whole.state"], averageDecay, _ => { });
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() => Train(folder["state"], averageDecay, epoch =>
        {
            if (epoch.Epoch == stop)
            {
                cancellation.Cancel();
            }
        }, cancellation: cancellation.Token));
        var epochs = new List<int>();

        var goneOn = Train(folder["state"], averageDecay, epoch => epochs.Add(epoch.Epoch));

        CollectionAssert.AreEqual(Enumerable.Range(stop + 1, Epochs - stop).ToArray(), epochs);
        CollectionAssert.AreEqual(whole, goneOn);
    }

    [TestMethod]
    public void Fit_OtherOptionsOrDamage_AreRefused()
    {
        using var folder = new TemporaryFolder();
        Train(folder["state"], 0, _ => { });

        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            Train(folder["state"], 0, _ => { }, options => options with { Losses = options.Losses with { DifficultyWeight = 7 } })
        );
        StringAssert.Contains(error.Message, "losses.difficultyWeight is 7, was 1");
        var bytes = File.ReadAllBytes(folder["state"]);
        File.WriteAllBytes(folder["state"], bytes[..(bytes.Length / 2)]);
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => Train(folder["state"], 0, _ => { })).Message,
            "Delete it, or name another file"
        );
    }

    private static byte[] Train(
        string state,
        double averageDecay,
        Action<SynthesisTrainingMetrics> epochDone,
        Func<SynthesisTrainer.Options, SynthesisTrainer.Options>? change = null,
        CancellationToken cancellation = default
    )
    {
        var context = new MLContext(seed: 1);
        var options = PairedPhantoms.TrainerOptions with
        {
            Optimization = new() { MaxEpoch = Epochs, LearningRate = 2e-3, WeightAverageDecay = averageDecay },
            Augmentation = [new Rotation { Probability = 1 }, new GaussianNoise { Probability = 1 }],
            Checkpoint = new() { Path = state },
            Validation = new() { ValidationSet = PairedPhantoms.Data(context, 1, firstSeed: 50) },
            MetricsCallback = epochDone,
            CancellationToken = cancellation,
        };
        using var model = context
            .MedicalSegmentation()
            .Trainers.Synthesis(change is null ? options : change(options))
            .Fit(PairedPhantoms.Data(context, 3));
        return model.Model.Onnx.ToArray();
    }
}
