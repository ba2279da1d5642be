using Microsoft.ML.MedicalSegmentation.Scoring;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

[TestClass]
public sealed class SpatialModelZipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationTransformsCatalog Transforms => _ml.MedicalSegmentation().Transforms;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void SaveAndLoad_EveryTransformOfBothKinds_GivesIdenticalVolumes()
    {
        var image = Scans.Make(5).Image;
        var row = new SpatialRow
        {
            Image = image,
            Reference = image.Reorient("LAI"),
            Label = LabelVolume.Create(Array.ConvertAll(image.Values(), value => (byte)(value > 100 ? 1 : 0)), image.Shape, image.Geometry),
        };
        var data = _ml.Data.LoadFromEnumerable(new[] { row });
        var model = Transforms.CropToMask(new() { MarginInMillimetres = 2, EmptyMask = EmptyMaskRule.KeepWhole })
            .Append(Transforms.CropToMask("Label"))
            .Append(Transforms.ReturnToGrid("Label", originalColumnName: "Reference"))
            .Append(Transforms.ReturnToGrid("Image", originalColumnName: "Reference", backgroundChannel: null))
            .Append(Transforms.CropForeground("Label", windowColumnName: "Image", threshold: -90))
            .Append(Transforms.CropForeground("Image", threshold: -90))
            .Append(Transforms.Reorient("Image", orientation: "SPL"))
            .Append(Transforms.Reorient("Label", orientation: "SPL"))
            .Append(Transforms.Resample(new() { SpacingY = 0.7, Resampling = ResamplingOptions.NnUNet }))
            .Append(
                Transforms.Resample(
                    new()
                    {
                        OutputColumnName = "Label",
                        SpacingY = 0.7,
                        LabelResampling = LabelResamplingOptions.NnUNet,
                    }
                )
            )
            .Append(Transforms.Pad("Image", border: 1, divisibleBy: 2))
            .Append(Transforms.Pad("Label", border: 1, divisibleBy: 2))
            .Append(Transforms.ResampleTo("Image"))
            .Append(Transforms.ResampleTo("Label"))
            .Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _);

        var (expected, actual) = (Read(model.Transform(data)), Read(loaded.Transform(data)));
        Assert.AreEqual(row.Reference.Geometry, actual.Image.Geometry);
        CollectionAssert.AreEqual(expected.Image.Values(), actual.Image.Values());
        CollectionAssert.AreEqual(expected.Label.Voxels.Values(), actual.Label.Voxels.Values());
        Assert.AreEqual(expected.Label.Geometry, actual.Label.Geometry);
    }

    [TestMethod]
    public void LoadInNewProcess_PreparedSegmentedAndReturned_GivesIdenticalLabelsOnTheOriginalGrid()
    {
        var rows = _folder.WriteScans(2, side: 12);
        var data = _ml.Data.LoadFromEnumerable(rows);
        var onnx = _folder["model.onnx"];
        File.WriteAllBytes(onnx, TinyOnnx.Threshold(new(1, 8, 8, 8), orientation: "RAS").OnnxArray);
        var model = Transforms.LoadVolumes()
            .Append(Transforms.Reorient("Prepared", "Image", "PSR"))
            .Append(Transforms.CropForeground("Prepared", threshold: 200))
            .Append(Transforms.Resample("Prepared", spacingX: 1.5, spacingY: 2.5, spacingZ: 1.2, interpolation: Interpolation.CubicSpline))
            .Append(Transforms.NormalizeIntensity("Prepared"))
            .Append(Transforms.ScoreWithOnnx(onnx, inputColumnName: "Prepared", probabilitiesColumnName: "Probabilities"))
            .Append(Transforms.ReturnToGrid("PredictedLabel"))
            .Append(Transforms.ReturnToGrid("Probabilities"))
            .Append(_ml.Transforms.DropColumns("Prepared"))
            .Fit(data);
        var path = _folder["model.zip"];
        _ml.Model.Save(model, data.Schema, path);
        var expected = _ml.Data.CreateEnumerable<Prediction>(model.Transform(data), reuseRowObject: false).ToArray();
        foreach (var row in expected)
        {
            Assert.AreEqual(row.Image.Geometry, row.PredictedLabel.Geometry);
            Assert.AreEqual(row.Image.Shape, row.PredictedLabel.Shape);
            Assert.AreEqual(row.Image.Geometry, row.Probabilities.Geometry);
            Assert.IsTrue(row.PredictedLabel.CountValues()[1] is > 10 and < 1700);
            Assert.AreEqual("bright", row.PredictedLabel.Classes[1].Name);
        }

        CollectionAssert.AreEqual(
            expected.Select(row => RowFunctions.NewProcess.Digest(row.PredictedLabel.Voxels)).ToArray(),
            RowFunctions.NewProcess.Score(path, rows.Select(row => row.ImagePath)));
    }

    private SpatialRow Read(IDataView view) => _ml.Data.CreateEnumerable<SpatialRow>(view, reuseRowObject: false).Single();

    private sealed class Prediction
    {
        [VolumeColumn]
        public Volume Image { get; set; } = null!;

        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = null!;

        [VolumeColumn]
        public Volume Probabilities { get; set; } = null!;
    }
}
