namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

[TestClass]
public sealed class DatasetValidationTests : IDisposable
{
    private readonly WrittenDataset _data = new(6);

    public void Dispose() => _data.Dispose();

    [TestMethod]
    public void Validate_WholeDataset_FindsNothingAndCountsClasses()
    {
        var report = _data.Check();
        Assert.AreEqual(0, report.Findings.Count, string.Join("; ", report.Findings));
        Assert.IsNull(report.Worst);
        CollectionAssert.AreEqual(new[] { "p0", "p1", "p2", "p3", "p4", "p5" }, report.Cases.Select(c => c.CaseId).ToArray());
        Assert.AreEqual(6L * 32 * 32 * 32, report.Classes.Sum(c => c.Voxels));
        Assert.AreEqual(1, report.Classes.Sum(c => c.Fraction), 1e-12);
        CollectionAssert.AreEqual(new[] { 6, 6, 6 }, report.Classes.Select(c => c.Cases).ToArray());
    }

    [TestMethod]
    public void Validate_LabelsElsewhere_TellsTheDistanceInMillimetres()
    {
        _data.WriteLabels(2, _data.Labels(2).WithGeometry(VolumeGeometry.Identity.Shifted(new(0, 3, 4))));
        Find(FindingSeverity.Error, FindingCodes.LabelGeometry, 2, isLabel: true, "up to 5 mm", "resample them");
    }

    [TestMethod]
    public void Validate_LabelsFlipped_TellsBothOrientations()
    {
        var flipped = new VolumeGeometry(new AffineTransform(new(-1, 0, 0), new(0, 1, 0), new(0, 0, 1), default));
        _data.WriteLabels(2, _data.Labels(2).WithGeometry(flipped));
        Find(FindingSeverity.Error, FindingCodes.LabelGeometry, 2, isLabel: true, "LAS", "RAS", "62 mm");
    }

    [TestMethod]
    public void Validate_LabelsAHairAway_IsANote()
    {
        _data.WriteLabels(2, _data.Labels(2).WithGeometry(VolumeGeometry.Identity.Shifted(new(0.05, 0, 0))));
        Find(FindingSeverity.Note, FindingCodes.LabelGeometry, 2, isLabel: true, "0.05 mm");
    }

    [TestMethod]
    public void Validate_LabelsOfAnotherSize_TellsBothSizes()
    {
        _data.WriteLabels(2, _data.Labels(2).CropOrPad(new(0, 0, 0, 32, 32, 30)));
        Find(FindingSeverity.Error, FindingCodes.LabelShape, 2, isLabel: true, "32 x 32 x 30", "32 x 32 x 32");
    }

    [TestMethod]
    public void Validate_FractionalLabels_TellsCountValueAndPlace()
    {
        var values = new float[32 * 32 * 32];
        (values[33], values[40]) = (1.5f, -1);
        _data.WriteLabels(2, Volume.Create(values, new VolumeShape(1, 32, 32, 32)));
        Find(FindingSeverity.Error, FindingCodes.LabelValues, 2, isLabel: true, "2 of 32768", "1.5 at [z 0, y 1, x 1]");
    }

    [TestMethod]
    public void Validate_UndeclaredValue_TellsItsVoxels()
    {
        var values = new byte[32 * 32 * 32];
        (values[0], values[1], values[2], values[3]) = (7, 7, 1, 2);
        _data.WriteLabels(2, Volume.Create(values, new VolumeShape(1, 32, 32, 32)));
        Find(FindingSeverity.Error, FindingCodes.LabelUndeclared, 2, isLabel: true, "7 (2 voxels)", "1 body");
    }

    [TestMethod]
    public void Validate_EmptyLabels_WarnsAndCountsMissingClasses()
    {
        _data.WriteLabels(2, Volume.Create(new byte[32 * 32 * 32], new VolumeShape(1, 32, 32, 32)));
        Find(FindingSeverity.Warning, FindingCodes.LabelEmpty, 2, isLabel: true, "background");
        var missing = _data.Check().Findings.Where(f => f.Code == FindingCodes.ClassMissing).ToList();
        Assert.AreEqual(2, missing.Count);
        Assert.IsTrue(
            missing.TrueForAll(f =>
                f.Severity == FindingSeverity.Note
                && f.Message.Contains("1 of 6 cases", StringComparison.Ordinal)
                && f.Message.Contains("p2", StringComparison.Ordinal)
            )
        );
    }

    [TestMethod]
    public void Validate_NonFiniteVoxels_AreCountedAndLeftOutOfTheFingerprint()
    {
        _data.ChangeImage(2, values => (values[40], values[50], values[60]) = (float.NaN, float.NegativeInfinity, float.PositiveInfinity));
        Find(FindingSeverity.Error, FindingCodes.NonFinite, 2, isLabel: false, "3 of 32768", "NaN at [z 0, y 1, x 8]");
        var foreground = _data.Check().Fingerprint!.Foreground.Single();
        Assert.IsTrue(double.IsFinite(foreground.Mean) && double.IsFinite(foreground.Maximum));
    }

    [TestMethod]
    public void Validate_ConstantImage_IsAnError()
    {
        _data.ChangeImage(2, values => Array.Fill(values, 5));
        Find(FindingSeverity.Error, FindingCodes.Constant, 2, isLabel: false, "every voxel is 5");
    }

    [TestMethod]
    public void Validate_SameVoxelsInAnotherFormat_AreFoundAsRepeated()
    {
        var copy = _data.Image(1);
        _data.WriteImage(
            4,
            Volume.Create(Array.ConvertAll(((Volume<float>)copy).Voxels.ToArray(), value => (double)value), copy.Shape, copy.Geometry)
        );
        Find(FindingSeverity.Error, FindingCodes.ImageRepeated, 1, isLabel: false, "p1, p4 hold the same image");
    }

    [TestMethod]
    public void Validate_SameLabels_Warns()
    {
        _data.WriteLabels(4, _data.Labels(1));
        Find(FindingSeverity.Warning, FindingCodes.LabelRepeated, 1, isLabel: true, "p1, p4 hold the same labels");
    }

    [TestMethod]
    public void Validate_LabelIsTheImage_IsAnError()
    {
        _data.WriteImage(3, _data.Labels(3));
        Find(FindingSeverity.Error, FindingCodes.LabelIsImage, 3, isLabel: true, "voxels of the image");
    }

    [TestMethod]
    [DataRow(FindingCodes.SpacingOutlier, "2.5 mm; the median is 1 mm")]
    [DataRow(FindingCodes.SizeOutlier, "80 mm along z; the median is 32 mm")]
    public void Validate_OneCaseOfAnotherSpacing_IsAnOutlier(string code, string fact)
    {
        var geometry = VolumeGeometry.FromSpacing(1, 1, 2.5);
        _data.WriteImage(5, _data.Image(5).WithGeometry(geometry));
        _data.WriteLabels(5, _data.Labels(5).WithGeometry(geometry));
        Find(code == FindingCodes.SizeOutlier ? FindingSeverity.Note : FindingSeverity.Warning, code, 5, isLabel: false, fact);
    }

    [TestMethod]
    public void Validate_MixedOrientations_NamesTheFew()
    {
        var geometry = new VolumeGeometry(new AffineTransform(new(-1, 0, 0), new(0, -1, 0), new(0, 0, 1), default));
        _data.WriteImage(5, _data.Image(5).WithGeometry(geometry));
        _data.WriteLabels(5, _data.Labels(5).WithGeometry(geometry));
        var finding = _data.Check().Findings.Single();
        Assert.AreEqual((FindingSeverity.Warning, FindingCodes.OrientationMixed), (finding.Severity, finding.Code));
        StringAssert.Contains(finding.Message, "RAS 5, LPS 1 (p5)");
    }

    [TestMethod]
    public void Validate_AnotherNumberOfChannels_IsAnError()
    {
        var image = _data.Image(0);
        var values = new float[2 * image.Shape.Count];
        image.CopyValues(0, values.AsSpan(0, (int)image.Shape.Count));
        values[^1] = 1;
        _data.WriteImage(0, Volume.Create(values, image.Shape.WithChannels(2), image.Geometry));
        Find(FindingSeverity.Error, FindingCodes.ChannelCount, 0, isLabel: false, "2 channels", "most cases have 1");
    }

    [TestMethod]
    [DataRow(false, FindingSeverity.Warning, FindingCodes.ChannelRepeated, "Channels 0 and 1")]
    [DataRow(true, FindingSeverity.Error, FindingCodes.ChannelGrid, "up to 2 mm")]
    public void Validate_ChannelFiles_AreHeldAgainstTheFirst(bool moved, FindingSeverity severity, string code, string fact)
    {
        _data.WriteImage(9, moved ? _data.Image(3).WithGeometry(VolumeGeometry.Identity.Shifted(new(0, 2, 0))) : _data.Image(0));
        var dataset = new SegmentationDataset("x", [new("p0", [_data.ImagePath(0), _data.ImagePath(9)], _data.LabelPath(0))]);
        var finding = new MLContext(1).MedicalSegmentation().Data.Validate(dataset).Findings.Single();
        Assert.AreEqual((severity, code, _data.ImagePath(9)), (finding.Severity, finding.Code, finding.File));
        StringAssert.Contains(finding.Message, fact);
    }

    [TestMethod]
    public void Validate_DamagedAndMissingFiles_AreToldAndTheRestIsChecked()
    {
        File.WriteAllText(_data.ImagePath(1), "This is not a volume.");
        var whole = File.ReadAllBytes(_data.LabelPath(3));
        File.WriteAllBytes(_data.LabelPath(3), whole[..(whole.Length / 2)]);
        var dataset = new SegmentationDataset(
            "x",
            [.. Enumerable.Range(0, 6).Select(i => new SegmentationCase($"p{i}", [_data.ImagePath(i)], _data.LabelPath(i)))]
        );
        File.Delete(_data.ImagePath(5));
        var report = new MLContext(1).MedicalSegmentation().Data.Validate(dataset);
        var unreadable = report.Findings.Where(f => f.Code == FindingCodes.Unreadable).ToList();
        CollectionAssert.AreEqual(new[] { "p1", "p3", "p5" }, unreadable.Select(f => f.CaseId).ToArray());
        CollectionAssert.AreEqual(
            new[] { _data.ImagePath(1), _data.LabelPath(3), _data.ImagePath(5) },
            unreadable.Select(f => f.File).ToArray()
        );
        Assert.AreEqual(4, report.Fingerprint!.Cases.Count);
        Assert.AreEqual(FindingSeverity.Error, report.Worst);
    }

    [TestMethod]
    public void ValidatePath_ImageWithoutLabels_IsReportedWhereReadingWouldFail()
    {
        File.Delete(_data.LabelPath(4));
        var report = new MLContext(1).MedicalSegmentation().Data.Validate(_data.Path);
        Assert.AreEqual(6, report.Cases.Count);
        StringAssert.Contains(report.Findings.Single(f => f.Code == FindingCodes.List).Message, "p4");
        StringAssert.Contains(report.Findings.Single(f => f.Code == FindingCodes.NoLabels).Message, "1 of 6 cases");
    }

    [TestMethod]
    public void Validate_TestCaseEqualToATrainingCase_IsALeak()
    {
        var cases = Enumerable.Range(0, 5).Select(i => new SegmentationCase($"p{i}", [_data.ImagePath(i)], _data.LabelPath(i))).ToList();
        File.Copy(_data.ImagePath(2), _data.ImagePath(9));
        var dataset = new SegmentationDataset("x", cases, testCases: [new("held-out", [_data.ImagePath(9)], null)]);
        var report = new MLContext(1).MedicalSegmentation().Data.Validate(dataset);
        StringAssert.Contains(report.Findings.Single().Message, "p2, held-out hold the same image, and some of them are for testing");
        Assert.AreEqual(5, report.Fingerprint!.Cases.Count);
    }

    [TestMethod]
    public void Validate_OptionsOutOfRange_TellsAll()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => _data.Check(new() { MaximumThreads = 0, ForegroundSamples = 0 }));
        StringAssert.Contains(fault.Message, "MaximumThreads is 0");
        StringAssert.Contains(fault.Message, "ForegroundSamples is 0");
    }

    [TestMethod]
    public void Validate_Cancelled_EndsBetweenCases()
    {
        using var cancellation = new CancellationTokenSource();
        var options = new DatasetValidationOptions
        {
            MaximumThreads = 1,
            CancellationToken = cancellation.Token,
            Progress = (_, _) => cancellation.Cancel(),
        };
        Assert.ThrowsExactly<OperationCanceledException>(() => _data.Check(options));
    }

    private void Find(FindingSeverity severity, string code, int at, bool isLabel, params string[] facts)
    {
        var findings = _data.Check().Findings;
        var finding = findings.SingleOrDefault(f => f.Code == code);
        Assert.IsNotNull(finding, $"{code} is not among: {string.Join("; ", findings)}");
        Assert.AreEqual(
            (severity, $"p{at}", isLabel ? _data.LabelPath(at) : _data.ImagePath(at)),
            (finding.Severity, finding.CaseId, finding.File)
        );
        foreach (var fact in facts)
        {
            StringAssert.Contains(finding.Message, fact);
        }
    }
}
