using Microsoft.ML.MedicalSegmentation.Planning;

namespace Microsoft.ML.MedicalSegmentation.Preprocessing;

/// <summary>Network inputs that nnU-Net's own preprocessing made, and rules by hand.</summary>
[TestClass]
public sealed class CasePreparationTests
{
    private const string Golden = "nnunet/predictions";

    [TestMethod]
    [DataRow("2d_hippocampus_020", "Dataset004_Hippocampus", "2d", "inputs/hippocampus_020")]
    [DataRow("3d_fullres_hippocampus_020", "Dataset004_Hippocampus", "3d_fullres", "inputs/hippocampus_020")]
    [DataRow("3d_fullres_ras_1x1x4_separate_z", "Dataset004_Hippocampus", "3d_fullres", "inputs/ras_1x1x4_separate_z")]
    [DataRow("aniso_aniso_041", "Dataset005_HippoAniso", "3d_fullres", "aniso_inputs/aniso_041")]
    [DataRow("aniso_aniso_042", "Dataset005_HippoAniso", "3d_fullres", "aniso_inputs/aniso_042")]
    public void Prepare_GoldenCase_IsNnUNetsNetworkInput(string run, string dataset, string configuration, string input)
    {
        var expected = NumPyArray.Read(TestData.RequireGolden($"{Golden}/intermediate/{run}.npz"), "network_input");
        var plan = SegmentationPlan.Load(
            TestData.RequireGolden($"nnunet/model/{dataset}/nnUNetTrainer__nnUNetPlans__{configuration}/plans.json")
        );
        var definition = PlannedPreprocessing.Of(plan, configuration);
        var image = new CasePreparation(definition).Prepare(
            Read(TestData.RequireGolden($"{Golden}/{input}_0000.nii.gz"), definition.Channels.Count)
        );
        CollectionAssert.AreEqual(expected.Shape, new[] { image.Shape.Channels, image.Shape.Depth, image.Shape.Height, image.Shape.Width });
        var values = expected.ToSingle();
        for (var i = 0; i < values.Length; i++)
        {
            Assert.AreEqual(values[i], image.Values[i], 1e-5 * Math.Max(1, Math.Abs(values[i])), $"[{i}]");
        }
    }

    [TestMethod]
    public void NonzeroMask_HoleAndBay_FillsTheHoleOnly()
    {
        // A shell of 5 x 5 x 5 with a hole in its middle, and a second one whose hole is open to one side.
        var values = new float[5 * 5 * 11];
        for (var i = 0; i < values.Length; i++)
        {
            var (x, y, z) = (i % 11, i / 11 % 5, i / 55);
            var isHole = (x is 2 or 8 || x > 8) && y == 2 && z == 2;
            values[i] = x != 5 && !isHole ? 1 : 0;
        }

        var mask = HoleFilling.NonzeroMask(values, new(1, 5, 5, 11));
        Assert.IsTrue(mask[(2 * 55) + (2 * 11) + 2]);
        Assert.IsFalse(mask[(2 * 55) + (2 * 11) + 8]);
        Assert.IsFalse(mask[5]);
    }

    [TestMethod]
    public void Prepare_EverySchemeAtOnce_FollowsItsRule()
    {
        float[] voxels = [0, 10, 20, 30, 0, 1, 2, 3, 0, 51, 102, 255, 5, 6, 7, 8];
        var definition = Definition(
            new(NormalizationScheme.RescaleTo01),
            new(NormalizationScheme.CT, Statistics: new(1, 1, 2, 0, 3, 0.5, 2.5)),
            new(NormalizationScheme.RgbTo01),
            new(NormalizationScheme.None)
        );
        var image = new CasePreparation(definition).Prepare(Volume.Create(voxels, new VolumeShape(4, 1, 1, 4)));
        float[] expected = [0, 1 / 3f, 2 / 3f, 1, -0.25f, 0, 0.5f, 0.75f, 0, 0.2f, 0.4f, 1, 5, 6, 7, 8];
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], image.Values[i], 1e-6, $"[{i}]");
        }
    }

    [TestMethod]
    public void Prepare_NothingButZero_KeepsTheWholeImage()
    {
        var image = new CasePreparation(Definition(new PlannedChannel(NormalizationScheme.ZScore, WithinNonzero: true))).Prepare(
            Volume.Create(new float[24], new VolumeShape(1, 2, 3, 4))
        );
        Assert.AreEqual(new VolumeShape(1, 2, 3, 4), image.Shape);
        Assert.IsTrue(image.Values.All(value => value == 0));
    }

    [TestMethod]
    public void Prepare_OtherChannels_SaysWhichAreTaken()
    {
        var fault = Assert.ThrowsExactly<InputDataException>(() =>
            new CasePreparation(Definition(new PlannedChannel(NormalizationScheme.ZScore))).Prepare(
                Volume.Create(new float[8], new VolumeShape(2, 1, 2, 2))
            )
        );
        StringAssert.Contains(fault.Message, "2 channels");
    }

    [TestMethod]
    public void Prepare_WrongSpacing_IsRefusedBeforeMemoryIsTaken()
    {
        var volume = Volume.Create(
            Enumerable.Repeat(1f, 8000).ToArray(),
            new VolumeShape(1, 20, 20, 20),
            VolumeGeometry.FromSpacing(900, 900, 900)
        );
        var fault = Assert.ThrowsExactly<InputDataException>(() =>
            new CasePreparation(Definition(new PlannedChannel(NormalizationScheme.ZScore))).Prepare(volume)
        );
        StringAssert.Contains(fault.Message, "limit");
    }

    [TestMethod]
    public void PrepareLabels_TransposedAndCropped_LieOnTheirImage()
    {
        var shape = new VolumeShape(1, 3, 4, 5);
        var labels = Enumerable.Range(0, 60).Select(i => (byte)(i % 5 > 0 && i / 20 > 0 ? i : 0)).ToArray();
        var definition = Definition(new PlannedChannel(NormalizationScheme.None)) with { TransposeForward = [2, 0, 1] };
        var preparation = new CasePreparation(definition);
        var image = preparation.Prepare(Volume.Create(Array.ConvertAll(labels, label => (float)label), shape));
        Assert.AreEqual(new VolumeShape(1, 4, 2, 4), image.Shape);
        CollectionAssert.AreEqual(
            Array.ConvertAll(image.Values, value => (int)value),
            preparation.PrepareLabels(LabelVolume.Create(labels, shape), image)
        );
    }

    private static PlannedPreprocessing Definition(params PlannedChannel[] channels) => new() { Spacing = [1, 1, 1], Channels = channels };

    private static Volume<float> Read(string path, int channels)
    {
        var files = Enumerable
            .Range(0, channels)
            .Select(i => VolumeFormats.Open(path.Replace("_0000", $"_{i:0000}", StringComparison.Ordinal)).ToSingle())
            .ToList();
        return Volume.Create(
            files.SelectMany(file => file.Voxels.ToArray()).ToArray(),
            files[0].Shape.WithChannels(channels),
            files[0].Geometry
        );
    }
}
