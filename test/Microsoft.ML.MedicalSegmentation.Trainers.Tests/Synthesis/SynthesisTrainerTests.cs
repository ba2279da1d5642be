using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>Training from rows of pairs to a generator that scores.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SynthesisTrainerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Fit_Phantoms_LowersTheErrorAndReturnsTheTargetsUnit()
    {
        var options = PairedPhantoms.TrainerOptions with
        {
            RegionColumnName = "Region",
            DifficultyColumnName = "Difficulty",
            Augmentation = [new Rotation(), new Scaling(), new GaussianNoise(), new Mirroring { Axes = VolumeAxes.All }],
            Optimization = PairedPhantoms.TrainerOptions.Optimization with { MaxEpoch = 12 },
        };
        var first = Errors(options with { Optimization = options.Optimization with { MaxEpoch = 1 } }).Metrics;

        var (metrics, model) = Errors(
            options with
            {
                Validation = new() { ValidationSet = PairedPhantoms.Data(_ml, 2, firstSeed: 100), Interval = 4 },
            }
        );

        Assert.IsLessThan(
            0.5 * first.Summarize("nmae").Mean,
            metrics.Summarize("nmae").Mean,
            $"{first.Summarize("nmae")} to {metrics.Summarize("nmae")}"
        );
        Assert.IsGreaterThan(20, metrics.Summarize("psnr").Mean);
        var target = model.Model.Info.Targets.Single();
        Assert.IsTrue(target.Offset is > 500 and < 1000 && target.Scale is > 50 and < 300, $"{target}");
        Assert.AreEqual("unet", model.Model.Info.Network);
        var history = model.TrainingHistory!;
        Assert.AreEqual(12, history.Epochs.Count);
        Assert.AreEqual(3, history.Epochs.Count(epoch => epoch.ValidationError is not null));
        Assert.AreEqual(history.Epochs.Min(epoch => epoch.ValidationError), history.Best?.ValidationError);
        var row = _ml
            .Data.CreateEnumerable<Scored>(model.Transform(PairedPhantoms.Data(_ml, 1, firstSeed: 300)), reuseRowObject: false)
            .Single();
        Assert.AreEqual((row.Image.Shape, row.Image.Geometry), (row.Synthesized.Shape, row.Synthesized.Geometry));
        var difficulty = row.Difficulty.ToSingle().Voxels.ToArray();
        Assert.IsTrue(
            difficulty.All(value => value is >= 0 and <= 1) && difficulty.Distinct().Count() > 100,
            "The difficulty differs from place to place."
        );
    }

    [TestMethod]
    public void Fit_Slices2DAndTanh_StaysWithinTheRangeOfTraining()
    {
        var options = PairedPhantoms.TrainerOptions with
        {
            Network = new UNetOptions { Width = 4, Depth = 2, SpatialDims = 2, DeepSupervision = false },
            Output = GeneratorOutput.Tanh,
            Optimization = new() { MaxEpoch = 1, WeightAverageDecay = 0.9, GradientClipNorm = 1 },
        };
        using var model = _ml.MedicalSegmentation().Trainers.Synthesis(options).Fit(PairedPhantoms.Data(_ml, 3));

        var values = _ml
            .Data.CreateEnumerable<Scored>(
                model.Transform(PairedPhantoms.Data(_ml, 1, firstSeed: 300)),
                reuseRowObject: false,
                ignoreMissingColumns: true
            )
            .Single().Synthesized.ToSingle().Voxels.ToArray();

        var range = model.Model.Info.Targets.Single();
        Assert.IsTrue(values.All(value => Math.Abs(value - range.Offset) <= range.Scale * 1.0001));
        Assert.AreEqual((2, 1), (model.Model.Info.SpatialDimensions, model.Model.Info.Patch.Depth));
    }

    [TestMethod]
    [DataRow(TrainingPrecision.Float32)]
    [DataRow(TrainingPrecision.BFloat16)]
    public void Fit_SameSeed_GivesTheSameBytes(TrainingPrecision precision)
    {
        byte[] Train(int seed, int workers)
        {
            var options = PairedPhantoms.TrainerOptions;
            options = options with
            {
                Seed = seed,
                Sampling = options.Sampling with { Workers = workers },
                Device = options.Device with { Precision = precision },
                Augmentation = [new Rotation { Probability = 1 }],
            };
            using var model = _ml.MedicalSegmentation().Trainers.Synthesis(options).Fit(PairedPhantoms.Data(_ml, 3));
            return model.Model.Onnx.ToArray();
        }

        var first = Train(3, 1);

        CollectionAssert.AreEqual(first, Train(3, 2));
        CollectionAssert.AreNotEqual(first, Train(4, 1));
    }

    [TestMethod]
    public void Fit_MovedPatches_MoveSourceAndTargetAlike()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var row = PairedPhantoms.Rows(1).Single();
        var (image, labels) = PairedCase.Of(new(0, row.Image, row.Target, row.Region));
        PatchAugmentation[] steps =
        [
            new Rotation { Probability = 1 },
            new Scaling { Probability = 1 },
            new Mirroring { Axes = VolumeAxes.All, Probability = 1 },
        ];
        float[] patch = new float[2 * 16 * 16 * 16], moved = new float[2 * 16 * 16 * 16];
        var places = new long[16 * 16 * 16];
        var found = new TrainingCase(0, image, labels, ForegroundIndex.Build(labels, PairedCase.Classes));

        void Read(PatchAugmentation noise, float[] into) =>
            AugmentedPatch.Read(
                SourceAugmentation.Of([.. steps, noise], 1),
                found,
                PairedCase.Classes,
                new(0, 0, 0, 16, 16, 16),
                new RandomStream(5),
                into,
                places
            );

        Read(new GaussianNoise { Probability = 1 }, patch);
        Read(new GaussianNoise { Probability = 0 }, moved);

        Assert.IsTrue(places.Contains(0) && places.Contains(1) && places.Contains(2), "Outside, a structure, and inside.");

        // 1000 - 200 times the source, but for voxels that were mixed with the outside, which is 0 in both.
        var differences = Enumerable
            .Range(0, places.Length)
            .Where(i => places[i] != 0)
            .Select(i => Math.Abs(moved[places.Length + i] - (1000 - (200 * moved[i]))))
            .ToList();
        Assert.IsGreaterThan(differences.Count * 8 / 10, differences.Count(difference => difference < 0.1));
        Assert.IsLessThan(501, differences.Max());
        CollectionAssert.AreEqual(moved[places.Length..], patch[places.Length..], "Noise reaches the source alone.");
        CollectionAssert.AreNotEqual(moved[..places.Length], patch[..places.Length]);
    }

    [TestMethod]
    public void Validate_ManyFaults_AreToldTogether()
    {
        var options = new SynthesisTrainer.Options
        {
            SourceColumnName = "X",
            TargetColumnName = "X",
            Network = new UNetOptions { Depth = 1 },
            Losses = new()
            {
                ReconstructionWeight = 0,
                ReconstructionExponent = 3,
                DifficultyWeight = -1,
                GlobalAdversarialWeight = double.NaN,
            },
            GlobalDiscriminator = new() { Width = 0, Stages = 0 },
            LocalDiscriminator = new() { Stages = 9 },
            Optimization = new()
            {
                MaxEpoch = 0,
                LearningRate = -1,
                DiscriminatorLearningRate = 0,
                AdamBeta1 = 1,
                WeightAverageDecay = 1,
                TimeBudget = TimeSpan.Zero,
            },
            Augmentation = [new Own()],
            Sampling = new() { BatchSize = 0 },
            Scoring = new() { Tiling = ScoringTiling.Exact },
        };

        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.MedicalSegmentation().Trainers.Synthesis(options));

        foreach (var fact in new[]
        {
            "both 'X'",
            "Network: Depth is 1",
            "Losses.ReconstructionWeight is 0",
            "Losses.ReconstructionExponent is 3",
            "Losses.DifficultyWeight is -1",
            "Losses.GlobalAdversarialWeight is NaN",
            "GlobalDiscriminator.Width is 0",
            "GlobalDiscriminator.Stages is 0; it must be from 1 to 8",
            "LocalDiscriminator.Stages is 9; it must be from 0 to 4",
            "Optimization.MaxEpoch is 0",
            "Optimization.LearningRate is -1",
            "Optimization.DiscriminatorLearningRate is 0",
            "Optimization.AdamBeta1 is 1",
            "Optimization.WeightAverageDecay is 1",
            "Optimization.TimeBudget",
            "Augmentation Own",
            "Sampling.BatchSize is 0", "Scoring.Tiling is Exact",
        })
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    public void Fit_PairsThatDoNotBelongTogether_AreRefusedByRowBeforeTraining()
    {
        var options = PairedPhantoms.TrainerOptions with { MetricsCallback = _ => throw new InvalidOperationException("It trains.") };
        SynthesisTrainer Trainer(Func<SynthesisTrainer.Options, SynthesisTrainer.Options>? change = null) =>
            _ml.MedicalSegmentation().Trainers.Synthesis(change is null ? options : change(options));
        string Refusal(Action<PairedPhantoms.Row> change)
        {
            var rows = PairedPhantoms.Rows(2).ToList();
            change(rows[1]);
            return Assert
                .ThrowsExactly<InputDataException>(() =>
                    Trainer(o => o with { RegionColumnName = "Region" }).Fit(_ml.Data.LoadFromEnumerable(rows))
                )
                .Message;
        }

        StringAssert.Contains(
            Refusal(row => row.Target = row.Target.WithGeometry(VolumeGeometry.FromSpacing(2, 1, 1))),
            "Row 1 of the training data: source and target lie up to"
        );
        StringAssert.Contains(Refusal(row => row.Target = Volume.Create(new float[8], new(1, 2, 2, 2))), "the target 2 x 2 x 2");
        StringAssert.Contains(
            Refusal(row => row.Target = Volume.Create(new float[2 * 4096], new(2, 16, 16, 16), row.Image.Geometry)),
            "2 channels, the others have 1"
        );
        StringAssert.Contains(Refusal(row => row.Region = LabelVolume.Create(new byte[8], new(1, 2, 2, 2))), "the region (");
        StringAssert.Contains(
            Refusal(row => row.Target = Volume.Create([.. Enumerable.Repeat(float.NaN, 4096)], row.Image.Shape, row.Image.Geometry)),
            "Row 1: the target cannot be learnt"
        );
        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() => Trainer(o => o with { TargetColumnName = "T2" }).Fit(PairedPhantoms.Data(_ml, 1)))
                .Message,
            "There is no column 'T2'"
        );
        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() =>
                    Trainer(o => o with { Sampling = new() { PatchSize = new PatchSize(15, 16, 16) } }).Fit(PairedPhantoms.Data(_ml, 1))
                )
                .Message,
            "multiple of 2"
        );
        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() => Trainer().Fit(_ml.Data.LoadFromEnumerable(new List<PairedPhantoms.Row>())))
                .Message,
            "no rows"
        );
    }

    [TestMethod]
    public void Fit_StopAndCancel_LeaveAModelOrNone()
    {
        using var stop = new CancellationTokenSource();
        var options = PairedPhantoms.TrainerOptions with
        {
            Optimization = new() { MaxEpoch = 1000 },
            StopToken = stop.Token,
            ProgressCallback = _ => stop.Cancel(),
        };
        using var model = _ml.MedicalSegmentation().Trainers.Synthesis(options).Fit(PairedPhantoms.Data(_ml, 3));

        Assert.IsTrue(model.TrainingHistory!.StoppedEarly && model.TrainingHistory.Epochs.Count == 0);
        Assert.ThrowsExactly<OperationCanceledException>(
            () => _ml.MedicalSegmentation().Trainers.Synthesis(options).Fit(PairedPhantoms.Data(_ml, 3)),
            "It was stopped before its first step."
        );
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            _ml.MedicalSegmentation()
                .Trainers.Synthesis(options with { StopToken = default, CancellationToken = stop.Token })
                .Fit(PairedPhantoms.Data(_ml, 3))
        );
        using var brief = _ml.MedicalSegmentation().Trainers.Synthesis(options with
        {
            StopToken = default,
            ProgressCallback = null,
            Optimization = new() { MaxEpoch = 100_000, TimeBudget = TimeSpan.FromMilliseconds(200) },
        }).Fit(PairedPhantoms.Data(_ml, 3));
        Assert.IsTrue(brief.TrainingHistory!.StoppedEarly && brief.TrainingHistory.Epochs.Count > 0);
    }

    private (SynthesisMetrics Metrics, SynthesisTransformer Model) Errors(SynthesisTrainer.Options options)
    {
        var model = _ml.MedicalSegmentation().Trainers.Synthesis(options).Fit(PairedPhantoms.Data(_ml, 10));
        return (
            _ml.MedicalSegmentation()
                .EvaluateSynthesis(model.Transform(PairedPhantoms.Data(_ml, 4, firstSeed: 200)), maskColumnName: "Region"),
            model
        );
    }

    public sealed class Scored
    {
        [VolumeColumn]
        public Volume Image { get; set; } = null!;

        [VolumeColumn]
        public Volume Synthesized { get; set; } = null!;

        [VolumeColumn]
        public Volume Difficulty { get; set; } = null!;
    }

    private sealed record Own : PatchAugmentation;
}
