using System.Text.Json.Nodes;

namespace Microsoft.ML.MedicalSegmentation.Intensity;

/// <summary>Expected numbers are NumPy's, of the concatenated voxels: mean(), std() and percentile(x, [0.5, 99.5]).</summary>
[TestClass]
public class NormalizeByDatasetTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Fit_Foreground_LearnsNumPysNumbers(bool integers) =>
        Learns(
            new() { MaskColumnName = "Label" },
            integers ? Cases.Integers() : Cases.Singles(),
            191.47524752475246,
            299.38837302434854,
            -298.99,
            696.995
        );

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Fit_AllVoxels_LearnsNumPysNumbers(bool integers)
        => Learns(new(), integers ? Cases.Integers() : Cases.Singles(), 195.99007936507937, 294.526641175121, -295.965, 700.965);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Fit_NonZeroOnly_LeavesTheOneZeroOut(bool integers) =>
        Learns(
            new() { NonZeroOnly = true },
            integers ? Cases.Integers() : Cases.Singles(),
            196.18470705064547,
            294.60804864801514,
            -295.97,
            700.97
        );

    [TestMethod]
    public void Fit_ScaledIntegers_LearnsValuesNotStoredVoxels()
        => Learns(new(), Cases.Integers(new(0.5, -10)), 87.99503968253968, 147.2633205875605, -157.9825, 340.4825);

    [TestMethod]
    public void Fit_IntegersThenSingles_PoolsBoth()
        => Learns(new(), [.. Cases.Integers().Take(2), Cases.Singles()[2]], 195.99007936507937, 294.526641175121, -295.965, 700.965);

    [TestMethod]
    public void Fit_TwoChannels_LearnsEachByItself()
    {
        var values = Cases.Values(0);
        var two = Volume.Create([.. values.Select(v => (short)v), .. values.Select(v => (short)(2 * v))], Cases.Shape.WithChannels(2));
        var model = Fit(new() { LowerPercentile = 0, UpperPercentile = 100 }, [new() { Image = two, Label = Cases.Labels(0) }]);
        var result = Transform(model, [new() { Image = two, Label = Cases.Labels(0) }])[0];
        for (var i = 0; i < 336; i++)
        {
            Assert.AreEqual(result[i], result[i + 336], 1e-5);
        }
    }

    [TestMethod]
    public void Transform_ZScore_ClipsThenScalesEveryVoxel()
    {
        var result = Transform(Fit(new() { MaskColumnName = "Label" }, Cases.Integers()), Cases.Integers())[1];
        foreach (var (voxel, expected) in new[] { (0, -1.30424319), (1, -1.23744033), (100, 0.93365267), (335, 1.67516443) })
        {
            Assert.AreEqual(expected, result[voxel], 1e-6);
        }
    }

    [TestMethod]
    public void Transform_MinMax_GoesFromPercentileToPercentile()
    {
        var result = Transform(
            Fit(new() { MaskColumnName = "Label", Method = IntensityMethod.MinMax }, Cases.Integers()),
            Cases.Integers()
        )[1];
        Assert.AreEqual(1, result.Max(), 1e-6);
        foreach (var (voxel, expected) in new[] { (0, 0.10039308), (1, 0.1204737), (100, 0.77309397), (335, 0.9959889) })
        {
            Assert.AreEqual(expected, result[voxel], 1e-6);
        }
    }

    [TestMethod]
    public void Transform_WithoutTheMaskColumn_WorksOnceFitted()
    {
        var model = Fit(new() { MaskColumnName = "Label" }, Cases.Integers());
        var scans = _ml.Data.LoadFromEnumerable(Cases.Integers().Select(c => new Scan { Image = c.Image }));
        var rows = _ml.Data.CreateEnumerable<ScanResult>(model.Transform(scans), reuseRowObject: false).ToList();
        CollectionAssert.AreEqual(Transform(model, Cases.Integers())[2], rows[2].Image.Values());
    }

    [TestMethod]
    public void Transform_NonZeroOnly_LeavesZerosAtZero()
    {
        var rows = Cases.Integers();
        var zero = rows.SelectMany((row, k) => row.Image.Values().Select((value, i) => (k, i, value))).Single(voxel => voxel.value == 0);
        Assert.AreEqual(0, Transform(Fit(new() { NonZeroOnly = true }, rows), rows)[zero.k][zero.i]);
    }

    [TestMethod]
    public void Transform_ConstantDataset_IsZero()
    {
        LabelledScan[] rows = [new() { Image = Volume.Create(new[] { 0.1f, 0.1f }, new VolumeShape(1, 1, 1, 2)), Label = Cases.Labels(0) }];
        CollectionAssert.AreEqual(new float[2], Transform(Fit(new(), rows), rows)[0]);
    }

    [TestMethod]
    public void FitOnRealHippocampi_EqualsNumPy()
    {
        // numpy over cases 001, 003, 004, 006, 008: voxels with a label above 0; case 001 normalised, its mean and one voxel.
        var folder = TestData.RequireData("hippocampus");
        var rows = new[] { "001", "003", "004", "006", "008" }.Select(id => new PathRow
        {
            CaseId = id,
            ImagePath = Path.Combine(folder, $"imagesTr/hippocampus_{id}.nii.gz"),
            LabelPath = Path.Combine(folder, $"labelsTr/hippocampus_{id}.nii.gz"),
        });
        var data = _ml.Data.LoadFromEnumerable(rows);
        var transforms = _ml.MedicalSegmentation().Transforms;
        var loaded = transforms.LoadVolumes().Append(transforms.LoadLabelVolumes()).Fit(data).Transform(data);
        var model = transforms.NormalizeByDataset(maskColumnName: "Label").Fit(loaded);
        AssertLearnt(model, 344.5972676290777, 183.50058268067087, 36.545, 901.8657836914062);
        var first = _ml.Data.CreateEnumerable<ScanResult>(model.Transform(loaded), reuseRowObject: false).First().Image;
        Assert.AreEqual(-1.3275013303526535, first.GetValue(0, 30, 20, 10), 1e-5);
        Assert.AreEqual(-1.5223876411109425, first.Values().Average(value => (double)value), 1e-5);
    }

    [TestMethod]
    public void SaveAndLoad_WithABareContext_GivesIdenticalVolumes()
    {
        var rows = Cases.Integers();
        var model = Fit(new() { MaskColumnName = "Label", NonFiniteReplacement = 3 }, rows);
        var path = Path.GetTempFileName();
        try
        {
            _ml.Model.Save(model, null, path);
            var loaded = new MLContext().Model.Load(path, out _);
            for (var k = 0; k < 3; k++)
            {
                CollectionAssert.AreEqual(Transform(model, rows)[k], Transform(loaded, rows)[k]);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void NonFiniteVoxels_FollowTheRuleOfNormalizeIntensity()
    {
        LabelledScan[] Rows() =>
            [new() { Image = Volume.Create([float.NaN, 1, 2, 3], new VolumeShape(1, 1, 2, 2)), Label = Cases.Labels(0) }];
        var fault = Assert.ThrowsExactly<InputDataException>(() => Fit(new(), Rows()));
        StringAssert.Contains(fault.Message, "1 of 4 voxels");
        StringAssert.Contains(fault.Message, "NonFiniteReplacement");
        var model = Fit(new() { NonFiniteReplacement = 4, LowerPercentile = 0, UpperPercentile = 100 }, Rows());
        AssertLearnt(model, 2.5, Math.Sqrt(1.25), 1, 4);
        Assert.AreEqual(1.5 / Math.Sqrt(1.25), Transform(model, Rows())[0][0], 1e-6);
    }

    [TestMethod]
    public void Fit_ManyMoreValuesThanAreKept_ComesNearThePercentiles()
    {
        // Evenly spread values: percentile p is p / 100. Mean and deviation are exact.
        var rows = Enumerable
            .Range(0, 30)
            .Select(k => new LabelledScan
            {
                Image = Volume.Create(
                    [.. Enumerable.Range(0, 100_000).Select(i => (float)(((i * 30L) + k) / 3e6))],
                    new VolumeShape(1, 100, 100, 10)
                ),
                Label = Cases.Labels(0),
            });
        AssertLearnt(Fit(new(), rows), 0.5, Math.Sqrt(1 / 12.0), 0.005, 0.995, 3e-4);
    }

    [TestMethod]
    public void Fit_NothingToLearnFrom_SaysWhy()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Fit(new(), [])).Message, "there are no rows");
        LabelledScan[] unlabelled = [new() { Image = Cases.Integers()[0].Image, Label = LabelVolume.Create(new byte[336], Cases.Shape) }];
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Fit(new() { MaskColumnName = "Label" }, unlabelled)).Message,
            "no row has a voxel in the region"
        );
    }

    [TestMethod]
    public void Options_SeveralFaults_AreToldAtOnce()
    {
        var options = new NormalizeByDatasetEstimator.Options
        {
            Method = IntensityMethod.Window,
            LowerPercentile = 60,
            UpperPercentile = 40,
            NonFiniteReplacement = float.NaN,
        };
        var fault = Assert.ThrowsExactly<ArgumentException>(() => _ml.MedicalSegmentation().Transforms.NormalizeByDataset(options));
        foreach (var fact in new[] { "Method is Window", "60 and 40", "NonFiniteReplacement is NaN" })
        {
            StringAssert.Contains(fault.Message, fact);
        }

        var data = _ml.Data.LoadFromEnumerable(Cases.Integers());
        var missing = Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.MedicalSegmentation().Transforms.NormalizeByDataset(maskColumnName: "Mask").Fit(data)
        );
        StringAssert.Contains(missing.Message, "no column 'Mask'");
    }

    private void Learns(
        NormalizeByDatasetEstimator.Options options,
        LabelledScan[] rows,
        double mean,
        double deviation,
        double lower,
        double upper
    ) => AssertLearnt(Fit(options, rows), mean, deviation, lower, upper);

    private VolumeTransformer Fit(NormalizeByDatasetEstimator.Options options, IEnumerable<LabelledScan> rows)
        => _ml.MedicalSegmentation().Transforms.NormalizeByDataset(options).Fit(_ml.Data.LoadFromEnumerable(rows));

    private float[][] Transform(ITransformer model, LabelledScan[] rows) =>
        [
            .. _ml
                .Data.CreateEnumerable<LabelledScan>(model.Transform(_ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false)
                .Select(row => row.Image.Values()),
        ];

    private void AssertLearnt(ITransformer model, double mean, double deviation, double lower, double upper, double tolerance = 1e-6)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, null, stream);
        stream.Position = 0;
        var stage = _ml.MedicalSegmentation().Describe(new MLContext().Model.Load(stream, out _)).Stages.Single();
        var learnt = stage.Options["Channels"]!.AsArray().Single()!;
        AreClose(mean, learnt["Mean"]!);
        AreClose(deviation, learnt["StandardDeviation"]!);
        AreClose(lower, learnt["Lower"]!);
        AreClose(upper, learnt["Upper"]!);

        void AreClose(double expected, JsonNode actual) =>
            Assert.AreEqual(expected, actual.GetValue<double>(), tolerance * Math.Max(1, Math.Abs(expected)));
    }
}
