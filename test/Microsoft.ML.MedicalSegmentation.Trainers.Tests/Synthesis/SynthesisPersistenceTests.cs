using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>Generators in model zips.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SynthesisPersistenceTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Paths
    {
        public string ImagePath { get; set; } = "";

        public string TargetPath { get; set; } = "";
    }

    private sealed class Scored
    {
        [VolumeColumn]
        public Volume Synthesized { get; set; } = null!;

        [VolumeColumn]
        public Volume Doubt { get; set; } = null!;
    }

    [TestMethod]
    public void Save_LoadedHereAndInANewProcess_GivesTheSameVolumes()
    {
        using var folder = new TemporaryFolder();
        var (model, rows) = Trained(folder);
        _ml.Model.Save(model, rows.Schema, folder["model.zip"]);
        var expected = Score(model, rows);

        var stock = Score(new MLContext().Model.Load(folder["model.zip"], out _), rows);
        var medical = _ml.MedicalSegmentation();
        var loaded = medical.Models.Load(folder["model.zip"]);
        var digests = NewProcess.Score(folder["model.zip"], Enumerable.Range(0, 2).Select(i => folder[$"source{i}.nii.gz"]));

        CollectionAssert.AreEqual(expected, stock);
        CollectionAssert.AreEqual(expected, Score(loaded, rows));
        CollectionAssert.AreEqual(expected.Where((_, i) => i % 2 == 0).ToArray(), digests);
        Assert.AreEqual(4, expected.Distinct().Count());
        var description = medical.Describe(loaded);
        Assert.AreEqual((1, (int?)null), (description.Synthesis!.Info.InputChannels, description.InputChannels));
        Assert.AreEqual("target", description.Synthesis.Info.Targets.Single().Name);
        Assert.AreEqual("SynthesisTransformer", ((IEnumerable<ITransformer>)loaded).Last().GetType().Name);
    }

    [TestMethod]
    public void Score_OtherSizeOrientationAndSpacing_KeepsTheSourcesGrid()
    {
        using var folder = new TemporaryFolder();
        var (model, _) = Trained(folder);
        var generator = (SynthesisTransformer)((IEnumerable<ITransformer>)model).Last();
        var shape = new VolumeShape(1, 20, 31, 17);
        var values = Enumerable.Range(0, (int)shape.Count).Select(i => (float)Math.Sin(0.1 * i)).ToArray();
        var turned = Volume.Create(values, shape, new(new AffineTransform(new(0, -1, 0), new(1, 0, 0), new(0, 0, 2), new(5, 6, 7))));
        var scorer = SynthesisTransformer.Create(
            _ml,
            generator.Model,
            difficultyColumnName: "Doubt",
            settings: new()
            {
                Resampling = new(),
                BatchSize = 3,
                MirrorAxes = [2],
            }
        );
        var rows = _ml.Data.LoadFromEnumerable([new Source { Image = turned }]);

        var row = _ml.Data.CreateEnumerable<Scored>(scorer.Transform(rows), reuseRowObject: false).Single();

        Assert.AreEqual(shape, row.Synthesized.Shape);
        Assert.IsTrue(row.Synthesized.Geometry.LargestDifference(turned.Geometry, shape) < 1e-9);
        Assert.AreEqual(shape, row.Doubt.Shape);
        using var strict = SynthesisTransformer.Create(_ml, generator.Model, settings: new() { RequireTrainingSpacing = true });
        StringAssert.Contains(
            Assert
                .ThrowsExactly<InputDataException>(() =>
                    _ml.Data.CreateEnumerable<Scored>(strict.Transform(rows), false, ignoreMissingColumns: true).Count()
                )
                .Message,
            "spacing"
        );
    }

    private sealed class Source
    {
        [VolumeColumn]
        public Volume Image { get; set; } = null!;
    }

    private (ITransformer Model, IDataView Rows) Trained(TemporaryFolder folder)
    {
        foreach (var (row, i) in PairedPhantoms.Rows(2).Select((row, i) => (row, i)))
        {
            VolumeFormats.Save(row.Image, folder[$"source{i}.nii.gz"]);
            VolumeFormats.Save(row.Target, folder[$"target{i}.nii.gz"]);
        }

        var transforms = _ml.MedicalSegmentation().Transforms;
        var paths = _ml.Data.LoadFromEnumerable(
            Enumerable
                .Range(0, 2)
                .Select(i => new Paths { ImagePath = folder[$"source{i}.nii.gz"], TargetPath = folder[$"target{i}.nii.gz"] })
        );
        var targets = transforms.LoadVolumes("Target", "TargetPath").Fit(paths);
        var options = PairedPhantoms.TrainerOptions with
        {
            DifficultyColumnName = "Doubt",
            Optimization = new() { MaxEpoch = 1 },
            Scoring = new() { Threads = 1 },
        };
        var model = transforms
            .LoadVolumes()
            .Append(transforms.NormalizeIntensity())
            .Append(_ml.MedicalSegmentation().Trainers.Synthesis(options))
            .Fit(targets.Transform(paths));
        return (model, paths);
    }

    private string[] Score(ITransformer model, IDataView rows) =>
        [
            .. _ml
                .Data.CreateEnumerable<Scored>(model.Transform(rows), reuseRowObject: false)
                .SelectMany(row => new[] { NewProcess.Digest(row.Synthesized), NewProcess.Digest(row.Doubt) }),
        ];
}
