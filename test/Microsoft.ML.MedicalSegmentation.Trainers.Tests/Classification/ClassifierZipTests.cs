using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>Classifiers in model zips: loaded by a bare MLContext, here and in a new process, they give the same numbers.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ClassifierZipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Load_Multiclass_GivesTheSameScoresEverywhere()
    {
        var (model, data, path) = Save(Squares.Brief);
        var expected = Read(_context, model.Transform(data));

        var bare = new MLContext();
        var loaded = bare.Model.Load(path, out _);
        var scored = loaded.Transform(data);
        CollectionAssert.AreEqual(expected, Read(bare, scored));
        var key = (KeyDataViewType)scored.Schema["PredictedLabel"].Type;
        Assert.AreEqual(3UL, key.Count);
        Assert.AreEqual(3, ((VectorDataViewType)scored.Schema["Score"].Type).Size);
        Assert.IsFalse(scored.Schema.Any(column => column.Name.StartsWith("__medseg", StringComparison.Ordinal)));
        var keyed = bare
            .Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(scored)
            .Transform(scored);
        Assert.AreEqual(
            _context.MedicalSegmentation().EvaluateClassification(model.Transform(data)).Accuracy,
            bare.MulticlassClassification.Evaluate(keyed).MicroAccuracy,
            1e-12
        );

        var own = new MLContext().MedicalSegmentation().LoadModel(path);
        Assert.IsInstanceOfType<ClassificationTransformer>(((IEnumerable<ITransformer>)own).Last());
        CollectionAssert.AreEqual(expected, Read(new MLContext(), own.Transform(data)));

        var paths = _context
            .Data.CreateEnumerable<PathRow>(data, reuseRowObject: false, ignoreMissingColumns: true)
            .Select(row => row.ImagePath);
        CollectionAssert.AreEqual(expected, NewProcess.Score(path, paths));
    }

    [TestMethod]
    public void Load_Binary_GivesTheSameColumns()
    {
        var (model, data, path) = Save(Squares.Brief with { LabelColumnName = "IsBright" });
        var bare = new MLContext();
        var loaded = bare.Model.Load(path, out _);

        CollectionAssert.AreEqual(ReadBinary(_context, model.Transform(data)), ReadBinary(bare, loaded.Transform(data)));
        Assert.AreEqual(
            _context.BinaryClassification.Evaluate(model.Transform(data), "IsBright").AreaUnderRocCurve,
            bare.BinaryClassification.Evaluate(loaded.Transform(data), "IsBright").AreaUnderRocCurve, 1e-12);
    }

    [TestMethod]
    public void PredictionEngine_OfALoadedModel_ScoresSingleImages()
    {
        var (model, data, path) = Save(Squares.Brief);
        var expected = Read(_context, model.Transform(data));
        var bare = new MLContext();
        var loaded = bare
            .Model.Load(path, out _)
            .Append(bare.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(data)));
        using var engine = bare.Model.CreatePredictionEngine<PathRow, NamedRow>(loaded);

        var paths = _context.Data.CreateEnumerable<PathRow>(data, reuseRowObject: false, ignoreMissingColumns: true).ToList();

        CollectionAssert.AreEqual(expected, paths.Select(row => Line(engine.Predict(row))).ToArray());
    }

    [TestMethod]
    public void Describe_AndSaveOnnx_TellTheClassifier()
    {
        var (_, _, path) = Save(Squares.Brief);
        var medical = new MLContext().MedicalSegmentation();
        var loaded = medical.LoadModel(path);
        var description = medical.Describe(loaded);
        medical.Models.SaveOnnx(loaded, _folder["model.onnx"]);
        var read = ClassificationModel.Load(_folder["model.onnx"]);

        Assert.AreEqual("LoadVolumes/1, Classify/1", string.Join(", ", description.Stages.Select(stage => stage.Name)));
        Assert.AreEqual("bright, dark, plain", string.Join(", ", description.Classification?.Info.Classes ?? []));
        Assert.AreEqual(1, description.InputChannels);
        Assert.IsNull(description.Segmentation);
        Assert.AreEqual(description.Classification?.Info.ToString(), read.Info.ToString());
        StringAssert.Contains(read.Info.NetworkOptions, "\"width\":4");
    }

    private (ITransformer Model, IDataView Data, string Path) Save(ClassificationTrainer.Options options)
    {
        var rows = Squares.Rows(9, classes: 3).Index().Select(entry =>
        {
            var path = _folder[$"{entry.Index}.png"];
            VolumeFormats.Save(entry.Item.Image, path);
            return new LabelledRow { ImagePath = path, Label = entry.Item.Label, IsBright = entry.Item.IsBright };
        }).ToList();
        var medical = _context.MedicalSegmentation();
        var data = _context.Data.LoadFromEnumerable(rows);
        var model = medical.Transforms.LoadVolumes().Append(medical.Trainers.Classification(options)).Fit(data);
        var zip = _folder["model.zip"];
        medical.SaveModel(model, data.Schema, zip);
        return (model, data, zip);
    }

    private static string[] Read(MLContext context, IDataView scored)
    {
        var named = context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(scored).Transform(scored);
        return [.. context.Data.CreateEnumerable<NamedRow>(named, reuseRowObject: false).Select(Line)];
    }

    private static string[] ReadBinary(MLContext context, IDataView scored) =>
        [
            .. context
                .Data.CreateEnumerable<BinaryRow>(scored, reuseRowObject: false)
                .Select(row => FormattableString.Invariant($"{row.PredictedLabel} {row.Score:R} {row.Probability:R}")),
        ];

    private static string Line(NamedRow row) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{row.PredictedLabel} {row.Probability:R} "
                + $"{string.Join(' ', row.Score.Select(score => score.ToString("R", CultureInfo.InvariantCulture)))}"
        );

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class LabelledRow
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";

        public bool IsBright { get; set; }
    }

    private sealed class NamedRow
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];

        public float Probability { get; set; }
    }

    private sealed class BinaryRow
    {
        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }
    }
}
