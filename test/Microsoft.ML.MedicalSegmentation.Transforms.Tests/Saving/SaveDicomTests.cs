using Microsoft.ML.MedicalSegmentation.Scoring;

namespace Microsoft.ML.MedicalSegmentation.Saving;

/// <summary>Labels of DICOM series saved as DICOM objects within a pipeline.</summary>
[TestClass]
public sealed class SaveDicomTests
{
    [TestMethod]
    [DataRow("{CaseId}.seg.dcm")]
    [DataRow("{CaseId}.rtstruct.dcm")]
    public void SaveVolumes_OfADicomSeries_WritesAnObjectThatRefersToIt(string fileName)
    {
        using var folder = new TemporaryFolder();
        var study = TestData.RequireData("formats/seg/dcmqi/ct-3slice");
        var ml = new MLContext(1);
        var transforms = ml.MedicalSegmentation().Transforms;
        var rows = new SegmentationDataset("studies", [new("case", [study], null)]).ToDataView(ml);
        using var scoring = SegmentationTransformer.Create(ml, TinyOnnx.Threshold(new(1, 1, 16, 16)));
        var scored = scoring.Transform(transforms.LoadVolumes().Fit(rows).Transform(rows));
        var saving = transforms.SaveVolumes(
            new SaveVolumesEstimator.Options
            {
                Folder = folder.Path,
                FileName = fileName,
                Algorithm = new("Bright", "3"),
            }
        );

        var row = ml.Data.CreateEnumerable<Saved>(saving.Fit(scored).Transform(scored), reuseRowObject: false).Single();

        var image = VolumeFormats.Open(study);
        var isSegmentation = fileName.EndsWith(".seg.dcm", StringComparison.Ordinal);
        var labels = isSegmentation
            ? DicomSegmentation.Read(row.SavedPath).ToLabelsOn(image.Shape, image.Geometry)
            : DicomStructureSet.Read(row.SavedPath).ToLabelsOn(image.Shape, image.Geometry);
        for (var i = 0; i < image.Shape.Count; i += 97)
        {
            var (x, y, z) = (
                i % image.Shape.Width,
                i / image.Shape.Width % image.Shape.Height,
                i / (image.Shape.Width * image.Shape.Height)
            );
            Assert.AreEqual(image.GetValue(0, z, y, x) > 0.5 ? 1 : 0, labels[z, y, x]);
        }

        if (isSegmentation)
        {
            Assert.AreEqual("Bright", DicomSegmentation.Read(row.SavedPath).Segments[0].AlgorithmName);
        }
    }

    private sealed class Saved
    {
        public string SavedPath { get; set; } = "";
    }
}
