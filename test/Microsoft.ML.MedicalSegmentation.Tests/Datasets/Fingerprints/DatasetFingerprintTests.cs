using Microsoft.ML.MedicalSegmentation.Datasets.Validation;

namespace Microsoft.ML.MedicalSegmentation.Datasets.Fingerprints;

[TestClass]
public sealed class DatasetFingerprintTests
{
    private readonly SegmentationDataCatalog _data = new MLContext(1).MedicalSegmentation().Data;

    // Computed with nibabel 5.0.0 and NumPy over the 200 cases: statistics of all foreground voxels, each case with the same
    // weight (the expectation of drawing as many of every case), and counts by numpy.bincount. No image has an empty margin.
    [TestMethod]
    public void Validate_RealHippocampi_HasNumPysNumbers()
    {
        var dataset = _data.Read(TestData.RequireData("hippocampus"));
        var report = _data.Validate(dataset, new() { ForegroundSamples = 4_000_000 });
        var fingerprint = report.Fingerprint!;
        Assert.AreEqual(200, fingerprint.Cases.Count);
        Assert.AreEqual(new Vector3D(1, 1, 1), fingerprint.MedianSpacing);
        Assert.AreEqual(new Vector3D(35, 51, 36), fingerprint.MedianCroppedSize);
        Assert.AreEqual(1, fingerprint.MedianCroppedRatio);
        CollectionAssert.AreEqual(new long[] { 11943177, 342126, 317922 }, fingerprint.Classes.Select(c => c.Voxels).ToArray());
        var values = fingerprint.Foreground.Single();
        AreWithin(0.005, 21544.39, values.Mean);
        AreWithin(0.005, 60320.38, values.StandardDeviation);
        AreWithin(0.005, 365.63, values.Median);
        AreWithin(0.02, 29, values.LowerPercentile);
        AreWithin(0.01, 280534.5, values.UpperPercentile);
        Assert.AreEqual(0, report.Count(FindingSeverity.Error), string.Join("; ", report.Findings));
    }

    [TestMethod]
    public void Fingerprint_EmptyMargins_AreCutOff()
    {
        using var data = new WrittenDataset(1);
        data.ChangeImage(0, values =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                var (x, y, z) = (i % 32, i / 32 % 32, i / 1024);
                values[i] = x is >= 4 and < 20 && y >= 16 && z is >= 1 and < 9 ? 1 + x : 0;
            }
        });
        var one = data.Check().Fingerprint!.Cases.Single();
        Assert.AreEqual(new VolumeShape(1, 8, 16, 16), one.CroppedShape);
        Assert.AreEqual(8.0 * 16 * 16 / (32 * 32 * 32), one.CroppedRatio);
    }

    [TestMethod]
    public void Fingerprint_TwoCases_WeighEachTheSame()
    {
        using var data = new WrittenDataset(2);
        for (var i = 0; i < 2; i++)
        {
            // One voxel of value 10 against a thousand of value 20.
            var labels = new byte[32 * 32 * 32];
            Array.Fill(labels, (byte)1, 0, i == 0 ? 1 : 1000);
            data.WriteLabels(i, Volume.Create(labels, new VolumeShape(1, 32, 32, 32)));
            var value = i == 0 ? 10f : 20f;
            data.ChangeImage(i, values => Array.Fill(values, value, 0, 1000));
        }

        var foreground = data.Check(new() { ForegroundSamples = 1000 }).Fingerprint!.Foreground.Single();
        Assert.AreEqual(15, foreground.Mean, 1e-6);
        Assert.AreEqual(5, foreground.StandardDeviation, 1e-6);
        Assert.AreEqual((10, 15, 20), (foreground.LowerPercentile, foreground.Median, foreground.UpperPercentile));
    }

    [TestMethod]
    public void Fingerprint_AnyNumberOfThreads_IsTheSame()
    {
        using var data = new WrittenDataset(5);
        Assert.AreEqual(
            data.Check(new() { MaximumThreads = 1, ForegroundSamples = 5000 }).Fingerprint!.ToJson(),
            data.Check(new() { MaximumThreads = 4, ForegroundSamples = 5000 }).Fingerprint!.ToJson());
        Assert.AreNotEqual(
            data.Check(new() { Seed = 1, ForegroundSamples = 5000 }).Fingerprint!.ToJson(),
            data.Check(new() { Seed = 2, ForegroundSamples = 5000 }).Fingerprint!.ToJson());
    }

    [TestMethod]
    public void SaveAndLoad_GiveEveryNumberBack()
    {
        using var data = new WrittenDataset(3);
        using var folder = new TemporaryFolder();
        var fingerprint = data.Check().Fingerprint!;
        fingerprint.Save(folder["fingerprint.json"]);
        var back = DatasetFingerprint.Load(folder["fingerprint.json"]);
        Assert.AreEqual(fingerprint.ToJson(), back.ToJson());
        CollectionAssert.AreEqual(fingerprint.Cases.ToArray(), back.Cases.ToArray());
        CollectionAssert.AreEqual(fingerprint.Foreground.ToArray(), back.Foreground.ToArray());
        CollectionAssert.AreEqual(fingerprint.Classes.ToArray(), back.Classes.ToArray());
        StringAssert.Contains(File.ReadAllText(folder["fingerprint.json"]), "\"schema\": \"medseg-fingerprint/1\"");
    }

    [TestMethod]
    [DataRow("{}", "required")]
    [DataRow("null", "null")]
    [DataRow("no json", "no fingerprint")]
    [DataRow(
        "{ \"schema\": \"medseg-fingerprint/2\", \"dataset\": \"x\", \"channelNames\": [], \"cases\": [], \"medianSpacing\": {}, "
            + "\"medianCroppedSize\": {}, \"medianCroppedRatio\": 1, \"foreground\": [], \"classes\": [] }",
        "medseg-fingerprint/2"
    )]
    public void Load_SomethingElse_SaysWhat(string text, string fact)
    {
        using var folder = new TemporaryFolder();
        var fault = Assert.ThrowsExactly<InputDataException>(() => DatasetFingerprint.Load(folder.Write("f.json", text)));
        StringAssert.Contains(fault.Message, fact);
        StringAssert.Contains(fault.Message, "f.json");
    }

    private static void AreWithin(double tolerance, double expected, double actual)
        => Assert.AreEqual(expected, actual, tolerance * Math.Abs(expected));
}
