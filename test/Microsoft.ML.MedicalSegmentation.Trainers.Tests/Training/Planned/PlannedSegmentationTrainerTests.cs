using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace Microsoft.ML.MedicalSegmentation.Training.Planned;

/// <summary>From volumes as they were loaded to a model that takes volumes as they are loaded.</summary>
[TestClass]
[DoNotParallelize]
public sealed class PlannedSegmentationTrainerTests
{
    [TestMethod]
    public void Fit_VolumesOfSeveralSpacingsAndOrientations_LearnsAndLabelsEachOnItsOwnGrid()
    {
        var context = new MLContext(seed: 1);
        using var model = Trainer(context, epochs: 8).Fit(context.Data.LoadFromEnumerable(Rows(12, firstSeed: 0)));

        var plan = model.Plan ?? throw new AssertFailedException("There is no plan.");
        Assert.AreEqual(PlanningPreset.Processor.PlansName, plan.PlansName);
        Assert.HasCount(8, model.TrainingHistories[0].Epochs);
        var rows = Rows(4, firstSeed: 100).ToList();
        var scored = model.Transform(context.Data.LoadFromEnumerable(rows));
        foreach (var (row, predicted) in rows.Zip(Labels(context, scored)))
        {
            Assert.IsTrue(predicted.Shape.SameGrid(row.Image.Shape));
            Assert.IsTrue(predicted.Geometry.Matches(row.Image.Geometry, row.Image.Shape));
            Assert.AreEqual("bright", predicted.Classes[2].Name);
        }

        var metrics = context.MedicalSegmentation().Evaluate(scored);
        Assert.IsTrue(metrics.MeanDice > 0.6, metrics.ToString());
    }

    [TestMethod]
    public void Fit_OtherNetworkAndPatch_TakesSpacingAndBatchFromThePlan()
    {
        var context = new MLContext(seed: 1);
        SegmentationPlan? told = null;
        var options = Options(epochs: 1) with
        {
            Network = new AttentionUNetOptions { Width = 4, Depth = 3 },
            PlanCallback = plan => told = plan,
        };
        using var model = context
            .MedicalSegmentation()
            .Trainers.Planned(options)
            .Fit(context.Data.LoadFromEnumerable(Rows(3, firstSeed: 0)));

        Assert.IsNotNull(told);
        var member = model.Ensemble.Members.Single();
        var planned = told.Configuration("3d_fullres");
        CollectionAssert.AreEqual(planned.Spacing.ToArray(), member.Preprocessing.Spacing.ToArray());
        Assert.IsTrue(member.Patch.Zip(planned.PatchSize).All(side => side.First >= side.Second), string.Join(" x ", member.Patch));
        Assert.HasCount(3, Labels(context, model.Transform(context.Data.LoadFromEnumerable(Rows(3, firstSeed: 9)))));
    }

    [TestMethod]
    public void Ensemble_OfTwoModels_IsOneZipThatGivesTheSameLabelsWhereItIsLoaded()
    {
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable(Rows(3, firstSeed: 0));
        var plan = Planned(context, data, Options(epochs: 1)).Plan;
        ITransformer[] models = [.. Enumerable.Range(1, 2).Select(seed =>
            Planned(context, data, Options(epochs: 2, seed) with { Plan = plan, Planning = null }))];
        var ensemble = context.MedicalSegmentation().Models.Ensemble(models);
        using var folder = new TemporaryFolder();
        context.MedicalSegmentation().SaveModel(ensemble, null, folder["all.zip"]);

        Assert.AreEqual(2, ((PlannedTransformer)ensemble.LastTransformer).Ensemble.Members.Single().Networks);
        var rows = context.Data.LoadFromEnumerable(Rows(2, firstSeed: 50));
        var loaded = context.MedicalSegmentation().LoadModel(folder["all.zip"]);
        foreach (var (expected, found) in Labels(context, ensemble.Transform(rows)).Zip(Labels(context, loaded.Transform(rows))))
        {
            Assert.IsTrue(expected.Voxels.Bytes.SequenceEqual(found.Voxels.Bytes));
        }

        var again = context.MedicalSegmentation().Models.Ensemble(loaded, models[0]);
        Assert.AreEqual(
            3,
            ((PlannedTransformer)again.LastTransformer).Ensemble.Members.Single().Networks,
            "A loaded ensemble can be joined again."
        );
    }

    [TestMethod]
    public void CrossValidate_RowsOfPatients_MeasuresEveryRowOnceAndDividesNoPatient()
    {
        var context = new MLContext(seed: 1);
        var rows = Rows(6, firstSeed: 0)
            .Select(
                (row, i) =>
                    new PatientRow
                    {
                        CaseId = $"case {i}",
                        Patient = $"patient {i / 2}",
                        Image = row.Image,
                        Label = row.Label,
                    }
            )
            .ToList();

        var folds = context
            .MedicalSegmentation()
            .CrossValidate(
                context.Data.LoadFromEnumerable(rows),
                Trainer(context, epochs: 1),
                numberOfFolds: 3,
                groupColumnName: "Patient",
                caseColumnName: "CaseId"
            );

        Assert.HasCount(3, folds);
        CollectionAssert.AreEquivalent(
            rows.Select(row => row.CaseId).ToArray(),
            folds.SelectMany(fold => fold.Metrics.Cases.Select(one => one.Name)).ToArray()
        );
        foreach (var fold in folds)
        {
            Assert.HasCount(1, fold.Metrics.Cases.Select(one => rows.Single(row => row.CaseId == one.Name).Patient).Distinct().ToList());
        }

        Assert.ThrowsExactly<ArgumentException>(() => context.MedicalSegmentation().CrossValidate(
            context.Data.LoadFromEnumerable(rows), Trainer(context, epochs: 1), numberOfFolds: 4, groupColumnName: "Patient"));
    }

    [TestMethod]
    public void Create_OptionsThatCannotBeUsed_AreRefusedBeforeAnyVolumeIsRead()
    {
        var trainers = new MLContext().MedicalSegmentation().Trainers;
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            trainers.Planned(new PlannedSegmentationTrainer.Options { BatchSize = 0, PatchSize = new PatchSize(0, 8, 8) })
        );

        StringAssert.Contains(error.Message, "BatchSize is 0");
        StringAssert.Contains(error.Message, "PatchSize is 8 x 8 x 0");
    }

    private static PlannedTransformer Planned(MLContext context, IDataView data, PlannedSegmentationTrainer.Options options)
        => context.MedicalSegmentation().Trainers.Planned(options).Fit(data);

    private static PlannedSegmentationTrainer Trainer(MLContext context, int epochs) =>
        context.MedicalSegmentation().Trainers.Planned(Options(epochs));

    internal static PlannedSegmentationTrainer.Options Options(int epochs, int seed = 1) => new()
    {
        Planning = new() { Preset = PlanningPreset.Processor with { Width = 4 } },
        Training = TrainingRecipes.PlannedOnProcessor.Options with
        {
            Optimization = new() { MaxEpoch = epochs, LearningRate = 1e-2, WeightAverageDecay = 0.8 },
            Device = new() { Threads = 1 },
            Seed = seed,
        },
    };

    /// <summary>Two balls; every second case is coarser along z, every third one lies otherwise in memory.</summary>
    internal static IEnumerable<TwoBalls.Row> Rows(int count, int firstSeed) => TwoBalls.Rows(count, firstSeed).Select((row, i) =>
    {
        var (image, labels) = (row.Image, row.Label);
        if (i % 2 == 1)
        {
            image = image.Resample(new(1, 1, 1.5));
            labels = labels.Resample(new(1, 1, 1.5));
        }

        return i % 3 == 2
            ? new TwoBalls.Row { Image = image.Reorient("AIL"), Label = labels.Reorient("AIL") }
            : new TwoBalls.Row { Image = image, Label = labels };
    });

    internal static List<LabelVolume> Labels(MLContext context, IDataView scored)
        => [.. context.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false).Select(row => row.PredictedLabel)];

    private sealed class Prediction
    {
        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = null!;
    }

    private sealed class PatientRow
    {
        public string CaseId { get; set; } = "";

        public string Patient { get; set; } = "";

        [VolumeColumn, ColumnName("Image")]
        public Volume Image { get; set; } = null!;

        [LabelVolumeColumn, ColumnName("Label")]
        public LabelVolume Label { get; set; } = null!;
    }
}
