using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Metrics.Synthesis;

/// <summary>Errors of synthesised volumes.</summary>
[TestClass]
public sealed class SynthesisEvaluationTests
{
    private readonly MLContext _ml = new(seed: 1);

    /// <summary>A row to evaluate.</summary>
    public sealed class Compared
    {
        public string CaseId { get; set; } = "";

        [VolumeColumn]
        public Volume Target { get; set; } = null!;

        [VolumeColumn]
        public Volume Synthesized { get; set; } = null!;

        [LabelVolumeColumn]
        public LabelVolume Mask { get; set; } = null!;
    }

    [TestMethod]
    public void EvaluateSynthesis_SmallVolumes_GivesTheValuesOfTheDefinitions()
    {
        var metrics = Evaluate(Row("a", [0, 1, 2, 3], [0, 1, 2, 5], [0, 0, 1, 1]), Row("b", [0, 0, 10, 10], [1, 0, 10, 9], [0, 0, 0, 0]));

        var (a, b) = (metrics.Cases[0], metrics.Cases[1]);
        Assert.AreEqual(("a", 4L), (a.Name, a.Whole.Voxels));
        Assert.AreEqual(1, a.Whole.MeanSquaredError, 1e-12);
        Assert.AreEqual(0.5 / 3, a.Whole.NormalizedMeanAbsoluteError, 1e-12);
        Assert.AreEqual(10 * Math.Log10(9), a.Whole.PeakSignalToNoiseRatio, 1e-12);
        Assert.AreEqual(2L, a.Mask!.Voxels);
        Assert.AreEqual(2, a.Mask.MeanSquaredError, 1e-12);
        Assert.AreEqual(1.0 / 3, a.Mask.NormalizedMeanAbsoluteError, 1e-12, "The range is that of the whole target.");
        Assert.AreEqual(10 * Math.Log10(4.5), a.Mask.PeakSignalToNoiseRatio, 1e-12);
        Assert.IsNull(b.Mask, "No voxel of its mask is above 0.");
        Assert.AreEqual(0.05, b.Whole.NormalizedMeanAbsoluteError, 1e-12);
        var summary = metrics.Summarize("mse");
        Assert.AreEqual((2, 0.75), (summary.Count, summary.Mean));
        Assert.IsTrue(summary.Lower <= summary.Mean && summary.Mean <= summary.Upper);
        Assert.AreEqual(
            (1, 1, 2.0),
            (
                metrics.Summarize("mse", inMask: true).Count,
                metrics.Summarize("mse", inMask: true).Excluded,
                metrics.Summarize("mse", inMask: true).Mean
            )
        );
    }

    // Values by scipy 1.10 from the definitions: scipy.ndimage.correlate1d with the window's weights along each axis, the valid part.
    [TestMethod]
    [DataRow(9, 16, 20, 0.934119723929918, 0.9547105846637116, 0.9549058649716533)]
    [DataRow(1, 24, 18, 0.919387228304961, 0.9450399985709075, 0.9154657000641293)]
    public void EvaluateSynthesis_Waves_GivesTheSimilaritiesOfScipy(
        int depth,
        int height,
        int width,
        double gaussian,
        double box,
        double inMask
    )
    {
        var shape = new VolumeShape(1, depth, height, width);
        float[] target = new float[shape.Count], output = new float[shape.Count];
        var mask = new byte[shape.Count];
        for (var i = 0; i < target.Length; i++)
        {
            int x = i % width, y = i / width % height, z = i / width / height;
            target[i] = (float)((100 * Math.Sin(0.5 * x) * Math.Cos(0.3 * y)) + (10 * z));
            output[i] = (float)(target[i] + (20 * Math.Sin((1.7 * x) + y + (0.5 * z))));
            mask[i] = (byte)(x + y > 20 ? 1 : 0);
        }

        var errors = Evaluate(new Compared
        {
            CaseId = "waves",
            Target = Volume.Create(target, shape),
            Synthesized = Volume.Create(output, shape),
            Mask = LabelVolume.Create(mask, shape),
        }).Cases.Single();

        Assert.AreEqual(gaussian, errors.Whole.StructuralSimilarity, 1e-6);
        Assert.AreEqual(box, errors.Whole.BoxStructuralSimilarity, 1e-6);
        Assert.AreEqual(inMask, errors.Mask!.StructuralSimilarity, 1e-6);
    }

    [TestMethod]
    public void EvaluateSynthesis_TheTargetItself_IsPerfectAndItsInfinityIsWritten()
    {
        var metrics = Evaluate(Row("a", [0, 1, 2, 3], [0, 1, 2, 3], [1, 1, 1, 1]));

        var whole = metrics.Cases.Single().Whole;
        Assert.AreEqual(
            (double.PositiveInfinity, 1.0, 0.0, 0.0),
            (
                whole.PeakSignalToNoiseRatio,
                Math.Round(whole.StructuralSimilarity, 12),
                whole.NormalizedMeanAbsoluteError,
                whole.MeanSquaredError
            )
        );
        using var json = JsonDocument.Parse(metrics.ToJson());
        Assert.AreEqual("Infinity", json.RootElement.GetProperty("whole").GetProperty("psnr").GetProperty("mean").GetString());
        Assert.AreEqual(
            1,
            json.RootElement.GetProperty("perCase")[0].GetProperty("regions").GetProperty("mask").GetProperty("ssim").GetDouble(),
            1e-12
        );
        Assert.AreEqual("case,region,voxels,psnr,ssim,ssim-box,nmae,mse", metrics.ToCsv().Split('\n')[0]);
        StringAssert.Contains(metrics.WithMissingCases(["lost, one"]).ToCsv(), "\"lost, one\",missing,,,,,,");
        StringAssert.Contains(metrics.ToString(), "in the mask");
    }

    [TestMethod]
    public void EvaluateSynthesis_DataRange_ReplacesThatOfTheTarget()
    {
        var view = _ml.Data.LoadFromEnumerable([Row("a", [5, 5, 5, 5], [5, 5, 5, 7], [1, 1, 1, 1])]);

        Assert.IsTrue(double.IsNaN(_ml.MedicalSegmentation().EvaluateSynthesis(view).Summarize("nmae").Mean), "The target is constant.");
        Assert.AreEqual(0.005, _ml.MedicalSegmentation().EvaluateSynthesis(view, dataRange: 100).Summarize("nmae").Mean, 1e-12);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.MedicalSegmentation().EvaluateSynthesis(view, dataRange: 0));
        Assert.ThrowsExactly<InvalidOperationException>(() =>
            _ml.MedicalSegmentation().EvaluateSynthesis(view).Summarize("nmae", inMask: true)
        );
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _ml.MedicalSegmentation().EvaluateSynthesis(view).Summarize("dice")).Message,
            "psnr, ssim, ssim-box, nmae, mse"
        );
    }

    [TestMethod]
    public void EvaluateSynthesis_OtherGridsOrValues_AreRefusedByTheNameOfTheCase()
    {
        var shifted = Row("a", [0, 1, 2, 3], [0, 1, 2, 3], [1, 1, 1, 1]);
        shifted.Synthesized = shifted.Synthesized.WithGeometry(VolumeGeometry.FromSpacing(1, 1, 2));
        var (narrow, broken, lost) = (
            Row("b", [0, 1, 2, 3], [0, 1, 2, 3], [1, 1, 1, 1]),
            Row("c", [0, 1, 2, 3], [0, float.NaN, 2, 3], [1, 1, 1, 1]),
            Row("d", [0, 1, 2, 3], [0, 1, 2, 3], [1, 1, 1, 1])
        );
        narrow.Target = Volume.Create<float>([0, 1], new(1, 1, 1, 2));
        lost.Mask = LabelVolume.Create(new byte[8], new(1, 2, 2, 2));

        foreach (
            var (row, facts) in new[]
            {
                (shifted, new[] { "'a'", "mm apart" }),
                (narrow, ["'b'", "2 x 1 x 1", "2 x 1 x 2"]),
                (broken, ["'c'", "synthesised volume", "x 1"]),
                (lost, ["'d'", "mask"]),
            }
        )
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => Evaluate(row));
            foreach (var fact in facts)
            {
                StringAssert.Contains(error.Message, fact);
            }
        }

        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() =>
                    _ml.MedicalSegmentation().EvaluateSynthesis(_ml.Data.LoadFromEnumerable([shifted]), "Truth")
                )
                .Message,
            "'Truth'"
        );
    }

    private static Compared Row(string name, float[] target, float[] output, byte[] mask)
    {
        var shape = new VolumeShape(1, 2, 1, target.Length / 2);
        return new()
        {
            CaseId = name,
            Target = Volume.Create(target, shape),
            Synthesized = Volume.Create(output, shape),
            Mask = LabelVolume.Create(mask, shape),
        };
    }

    private SynthesisMetrics Evaluate(params Compared[] rows)
        => _ml.MedicalSegmentation().EvaluateSynthesis(_ml.Data.LoadFromEnumerable(rows), maskColumnName: "Mask", caseColumnName: "CaseId");
}
