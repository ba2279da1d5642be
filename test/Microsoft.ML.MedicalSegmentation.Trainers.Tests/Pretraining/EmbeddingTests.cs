using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>Encoders in pipelines: a vector for each volume, the same in memory, in loaded models and in a new process.</summary>
[TestClass]
[DoNotParallelize]
public sealed class EmbeddingTests : IDisposable
{
    private const int Features = 16;

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    private static EncoderPretrainer.Options Brief { get; } =
        new()
        {
            Network = new UNetOptions { Width = 4, Depth = 3 },
            Sampling = new() { PatchSize = new PatchSize(12, 12, 12), BatchSize = 3 },
            Optimization = new() { MaxEpoch = 2 },
            ProjectionOutputs = 8,
            Device = new() { Threads = 1 },
            Seed = 1,
        };

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Append_LoadedHereAndInANewProcess_GivesTheSameVectors()
    {
        var (model, rows) = Trained();
        _context.Model.Save(model, rows.Schema, _folder["encoder.zip"]);
        var expected = Read(_context, model.Transform(rows));

        var bare = new MLContext();
        var stock = bare.Model.Load(_folder["encoder.zip"], out _).Transform(rows);
        var medical = new MLContext().MedicalSegmentation();
        var loaded = medical.LoadModel(_folder["encoder.zip"]);
        var lines = NewProcess.Score(
            _folder["encoder.zip"],
            _context.Data.CreateEnumerable<PathRow>(rows, reuseRowObject: false).Select(row => row.ImagePath)
        );

        Assert.AreEqual(4, expected.Distinct().Count());
        CollectionAssert.AreEqual(expected, Read(bare, stock));
        CollectionAssert.AreEqual(expected, Read(new MLContext(), loaded.Transform(rows)));
        CollectionAssert.AreEqual(expected, lines);
        Assert.AreEqual(Features, ((VectorDataViewType)stock.Schema["Embedding"].Type).Size);
        Assert.AreEqual(Features, ((VectorDataViewType)model.Transform(rows).Schema["Embedding"].Type).Size);
        Assert.IsFalse(stock.Schema.Any(column => column.Name.StartsWith("__medseg", StringComparison.Ordinal)));
        var description = medical.Describe(loaded);
        Assert.AreEqual("LoadVolumes/1, NormalizeIntensity/1, Embed/1", string.Join(", ", description.Stages.Select(stage => stage.Name)));
        Assert.AreEqual((Features, 1), (description.Encoder!.Info.Features, description.InputChannels));
        Assert.IsInstanceOfType<EmbeddingTransformer>(((IEnumerable<ITransformer>)loaded).Last());
    }

    [TestMethod]
    public void Embedding_OfALoadedModel_IsWhatStockTrainersAndPredictionEnginesTake()
    {
        var (model, rows) = Trained();
        _context.Model.Save(model, rows.Schema, _folder["encoder.zip"]);
        var bare = new MLContext(seed: 1);
        var loaded = bare.Model.Load(_folder["encoder.zip"], out _);

        var clusters = loaded.Append(bare.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 2).Fit(loaded.Transform(rows)));
        using var engine = bare.Model.CreatePredictionEngine<PathRow, EmbeddedRow>(loaded);

        Assert.IsTrue(
            bare.Data.CreateEnumerable<ClusteredRow>(clusters.Transform(rows), reuseRowObject: false)
                .All(row => row.PredictedLabel is 1 or 2)
        );
        CollectionAssert.AreEqual(
            Read(_context, model.Transform(rows)),
            bare.Data.CreateEnumerable<PathRow>(rows, reuseRowObject: false).Select(row => Line(engine.Predict(row).Embedding)).ToArray()
        );
    }

    [TestMethod]
    public void SaveOnnx_OfALoadedModel_IsReadAsTheSameEncoder()
    {
        var (model, rows) = Trained();
        _context.Model.Save(model, rows.Schema, _folder["encoder.zip"]);
        var medical = _context.MedicalSegmentation();
        medical.Models.SaveOnnx(medical.LoadModel(_folder["encoder.zip"]), _folder["encoder.onnx"]);
        var read = EncoderModel.Load(_folder["encoder.onnx"]);

        Assert.IsTrue(read.Onnx.Span.SequenceEqual(model.LastTransformer.Model.Onnx.Span));
        Assert.AreEqual(model.LastTransformer.Model.Info.ToString(), read.Info.ToString());
        using var transformer = EmbeddingTransformer.Create(_context, read);
        var images = model.Transform(rows);
        CollectionAssert.AreEqual(Read(_context, images), Read(_context, transformer.Transform(images)));
    }

    [TestMethod]
    public void GetOutputSchema_MissingOrOtherColumns_AreNamed()
    {
        var medical = _context.MedicalSegmentation();
        var paths = _context.Transforms.CustomMapping<NoRow, PathRow>((_, _) => { }, null).GetOutputSchema(new([]));
        var loaded = medical.Transforms.LoadVolumes().GetOutputSchema(paths);
        var trainer = medical.Trainers.Pretraining(Brief with { GroupColumnName = "Patient" });
        string Fault(SchemaShape shape) => Assert.ThrowsExactly<ArgumentException>(() => trainer.GetOutputSchema(shape)).Message;

        StringAssert.Contains(Fault(paths), "'Image'");
        StringAssert.Contains(Fault(loaded), "'Patient'");
        var added = medical.Trainers.Pretraining(Brief).GetOutputSchema(loaded).Single(column => column.Name == "Embedding");
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, added.Kind);
    }

    [TestMethod]
    public void Transform_OtherChannels_AreRefusedAndOtherSpacingsWarnedOf()
    {
        var warnings = new List<string>();
        _context.Log += (_, entry) => warnings.Add(entry.Message);
        var (model, _) = Trained();
        var encoder = model.LastTransformer;
        float[] Embed(Volume image)
        {
            var rows = _context.Data.LoadFromEnumerable([new TwoBalls.Row { Image = image, Label = TwoBalls.Rows(1).First().Label }]);
            return _context.Data.CreateEnumerable<EmbeddedRow>(encoder.Transform(rows), reuseRowObject: false).Single().Embedding;
        }

        var values = new float[2 * 16 * 16 * 16];
        var fault = Assert.Throws<Exception>(() => Embed(Volume.Create(values, new VolumeShape(2, 16, 16, 16))));
        Assert.HasCount(
            Features,
            Embed(
                Volume.Create(
                    values[..4096],
                    new VolumeShape(1, 16, 16, 16),
                    new(new AffineTransform(new(3, 0, 0), new(0, 3, 0), new(0, 0, 3), default))
                )
            )
        );

        StringAssert.Contains(fault.GetBaseException().Message, "has 2 channels; the encoder takes 1");
        Assert.IsTrue(
            warnings.Exists(line => line.Contains("It is embedded as it is", StringComparison.Ordinal)),
            string.Join('\n', warnings)
        );
    }

    private (TransformerChain<PretrainedEncoder> Model, IDataView Rows) Trained()
    {
        var paths = TwoBalls
            .Rows(4)
            .Index()
            .Select(entry =>
            {
                var path = _folder[$"{entry.Index}.nii.gz"];
                VolumeFormats.Save(entry.Item.Image, path);
                return new PathRow { ImagePath = path };
            })
            .ToList();
        var rows = _context.Data.LoadFromEnumerable(paths);
        var medical = _context.MedicalSegmentation();
        return (
            medical
                .Transforms.LoadVolumes()
                .Append(medical.Transforms.NormalizeIntensity())
                .Append(medical.Trainers.Pretraining(Brief))
                .Fit(rows),
            rows
        );
    }

    private static string[] Read(MLContext context, IDataView embedded) =>
        [.. context.Data.CreateEnumerable<EmbeddedRow>(embedded, reuseRowObject: false).Select(row => Line(row.Embedding))];

    private static string Line(float[] vector) =>
        string.Join(' ', vector.Select(value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));

    private sealed class NoRow;

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class EmbeddedRow
    {
        public float[] Embedding { get; set; } = [];
    }

    private sealed class ClusteredRow
    {
        public uint PredictedLabel { get; set; }
    }
}
