namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>
/// Expected numbers are NumPy's: landmarks by percentile, brought to 0 to 100 and averaged; then numpy.interp between a
/// volume's landmarks and the averages, with the outer slopes beyond them.
/// </summary>
[TestClass]
public class MatchHistogramsTests
{
    private static readonly double[] Standard =
        [0, 7.90626903, 16.07891334, 24.00538538, 31.87304796, 40.1073829, 49.4830612, 60.76925004, 74.02306744, 87.44203974, 100];

    private readonly MLContext _ml = new(seed: 1);

    // Case 1 stretched and case 2 bent, so that the averages are none of the cases' own.
    private static LabelledScan[] Rows => Cases.Singles((k, v) => k switch { 0 => v, 1 => (3 * v) + 50, _ => v * Math.Abs(v) });

    [TestMethod]
    public void Fit_ThreeCases_LearnsTheAverageLandmarks()
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(Fit(new(), Rows), null, stream);
        stream.Position = 0;
        var stage = _ml.MedicalSegmentation().Describe(new MLContext().Model.Load(stream, out _)).Stages.Single();
        var learnt = stage.Options["Standard"]!.AsArray().Single()!.AsArray();
        for (var i = 0; i < Standard.Length; i++)
        {
            Assert.AreEqual(Standard[i], learnt[i]!.GetValue<double>(), 1e-6);
        }
    }

    [TestMethod]
    public void Transform_OneCase_EqualsNumPyInsideAndBeyondTheLandmarks()
    {
        var result = Transform(Fit(new(), Rows), Rows)[1];
        foreach (var (voxel, expected) in new[] { (0, 8.94642376), (1, 10.92767086), (100, 69.85181527), (335, 98.92239601) })
        {
            Assert.AreEqual(expected, result[voxel], 1e-4);
        }

        Assert.AreEqual(-0.5509258369035207, result.Min(), 1e-4);
        Assert.AreEqual(100.75361847884454, result.Max(), 1e-4);
        Assert.AreEqual(44.191527469797386, result.Average(value => (double)value), 1e-4);
    }

    [TestMethod]
    public void Transform_AnyLinearChangeOfScale_ChangesNothing()
    {
        var model = Fit(new(), Rows);
        var plain = Transform(model, Rows)[0];
        var rescaled = Transform(model, Cases.Singles((_, v) => (0.25f * v) - 7))[0];
        for (var i = 0; i < plain.Length; i++)
        {
            Assert.AreEqual(plain[i], rescaled[i], 1e-3);
        }
    }

    [TestMethod]
    public void Transform_ClippedTails_EndAtTheScale()
    {
        var result = Transform(Fit(new() { ClipTails = true, ScaleMinimum = -1, ScaleMaximum = 1 }, Rows), Rows)[1];
        Assert.AreEqual((-1f, 1f), (result.Min(), result.Max()));
    }

    [TestMethod]
    public void Transform_NonZeroOnly_LeavesTheBackgroundOutAndAtZero()
    {
        // Half of each volume is background; with it the landmarks would be mostly 0.
        var rows = Cases.Singles((k, v) => v < 200 ? 0 : v + k);
        var result = Transform(Fit(new() { NonZeroOnly = true, ScaleMinimum = 10 }, rows), rows)[0];
        var values = rows[0].Image.Values();
        for (var i = 0; i < values.Length; i++)
        {
            Assert.AreEqual(values[i] == 0, result[i] == 0, $"voxel {i}: {values[i]} became {result[i]}");
        }
    }

    [TestMethod]
    public void Transform_FewDistinctValues_KeepsTheirOrder()
    {
        // Most landmarks of four values coincide.
        LabelledScan[] coarse =
        [
            new() { Image = Volume.Create([0f, 0, 0, 1, 1, 1, 1, 2, 2, 3], new VolumeShape(1, 1, 1, 10)), Label = Cases.Labels(0) },
        ];
        var result = Transform(Fit(new(), Rows), coarse)[0];
        CollectionAssert.AreEqual(result.Order().ToArray(), result);
        Assert.AreEqual(4, result.Distinct().Count());
        Assert.IsTrue(result.All(float.IsFinite));
    }

    [TestMethod]
    public void ConstantChannels_TeachNothingAndBecomeTheLowerEnd()
    {
        LabelledScan[] constant = [new() { Image = Volume.Create([5f, 5], new VolumeShape(1, 1, 1, 2)), Label = Cases.Labels(0) }];
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Fit(new(), constant)).Message, "constant in every row");
        var model = Fit(new() { ScaleMinimum = 7 }, [.. Rows, .. constant]);
        CollectionAssert.AreEqual(new[] { 7f, 7 }, Transform(model, constant)[0]);
        CollectionAssert.AreEqual(Transform(Fit(new() { ScaleMinimum = 7 }, Rows), Rows)[1], Transform(model, Rows)[1]);
    }

    [TestMethod]
    public void NonFiniteVoxels_FollowTheRuleOfNormalizeIntensity()
    {
        LabelledScan[] rows =
        [
            new() { Image = Volume.Create([1f, float.PositiveInfinity, 2, 3], new VolumeShape(1, 1, 2, 2)), Label = Cases.Labels(0) },
        ];
        StringAssert.Contains(Assert.ThrowsExactly<InputDataException>(() => Fit(new(), rows)).Message, "1 of 4 voxels");
        Assert.IsTrue(Transform(Fit(new() { NonFiniteReplacement = 0 }, rows), rows)[0].All(float.IsFinite));
    }

    [TestMethod]
    public void Transform_Mask_TakesItsLandmarksAndMapsEveryVoxel()
    {
        var result = Transform(Fit(new() { MaskColumnName = "Label" }, Rows), Rows)[1];
        foreach (var (voxel, expected) in new[] { (0, 10.39396323), (1, 13.01836719), (100, 78.19350185), (335, 100.56446294) })
        {
            Assert.AreEqual(expected, result[voxel], 1e-4);
        }

        Assert.AreEqual(-0.3551225256208987, result.Min(), 1e-4);
        Assert.AreEqual(101.87951998135681, result.Max(), 1e-4);
        Assert.AreEqual(50.8811328474153, result.Average(value => (double)value), 1e-4);
    }

    [TestMethod]
    public void Fit_MaskWithoutVoxels_TeachesNothing()
    {
        LabelledScan[] unlabelled =
        [
            .. Rows.Select(row => new LabelledScan { Image = row.Image, Label = LabelVolume.Create(new byte[336], Cases.Shape) }),
        ];
        var options = new MatchHistogramsEstimator.Options { MaskColumnName = "Label" };
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Fit(options, unlabelled)).Message,
            "no row has a voxel in the region"
        );
        CollectionAssert.AreEqual(Transform(Fit(options, Rows), Rows)[1], Transform(Fit(options, [.. Rows, .. unlabelled]), Rows)[1]);
    }

    [TestMethod]
    public void Transform_MaskWithoutVoxelsOrOnAnotherGrid_IsRefused()
    {
        var model = Fit(new() { MaskColumnName = "Label" }, Rows);
        foreach (var (mask, fact) in new[]
        {
            (LabelVolume.Create(new byte[336], Cases.Shape), "no voxel above 0"),
            (LabelVolume.Create(new byte[1], new VolumeShape(1, 1, 1, 1)), "does not lie on the grid"),
        })
        {
            LabelledScan[] rows = [new() { Image = Rows[0].Image, Label = mask }];
            StringAssert.Contains(Assert.ThrowsExactly<InputDataException>(() => Transform(model, rows)).Message, fact);
        }
    }

    [TestMethod]
    public void MaskColumn_MissingOrOfAnotherKind_IsNamedInFittingAndScoring()
    {
        var data = _ml.Data.LoadFromEnumerable(Rows);
        foreach (var column in new[] { "Mask", "Image" })
        {
            var estimator = _ml.MedicalSegmentation().Transforms.MatchHistograms(maskColumnName: column);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => estimator.Fit(data)).Message, $"'{column}'");
        }

        var model = _ml.MedicalSegmentation().Transforms.MatchHistograms(maskColumnName: "Label").Fit(data);
        var unmasked = _ml.Transforms.DropColumns("Label").Fit(data).Transform(data);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.Transform(unmasked)).Message, "'Label'");
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("Label")]
    public void SaveAndLoad_WithABareContext_GivesIdenticalVolumes(string? mask)
    {
        var model = Fit(new() { ClipTails = true, MaskColumnName = mask }, Rows);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, null, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _);
        CollectionAssert.AreEqual(Transform(model, Rows)[2], Transform(loaded, Rows)[2]);
    }

    [TestMethod]
    public void Options_SeveralFaults_AreToldAtOnce()
    {
        var options = new MatchHistogramsEstimator.Options
        {
            Percentiles = [50, 10],
            ScaleMinimum = 3,
            ScaleMaximum = 2,
            NonFiniteReplacement = float.NaN,
        };
        var fault = Assert.ThrowsExactly<ArgumentException>(() => _ml.MedicalSegmentation().Transforms.MatchHistograms(options));
        foreach (var fact in new[] { "50, 10", "from 3 to 2", "NonFiniteReplacement is NaN" })
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    private VolumeTransformer Fit(MatchHistogramsEstimator.Options options, LabelledScan[] rows)
        => _ml.MedicalSegmentation().Transforms.MatchHistograms(options).Fit(_ml.Data.LoadFromEnumerable(rows));

    private float[][] Transform(ITransformer model, LabelledScan[] rows) =>
        [
            .. _ml
                .Data.CreateEnumerable<LabelledScan>(model.Transform(_ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false)
                .Select(row => row.Image.Values()),
        ];
}
