namespace Microsoft.ML.MedicalSegmentation.Scoring;

[TestClass]
public sealed class OnnxSegmenterInputTests
{
    private static readonly ScoringSettings OneThread = new() { Threads = 1 };

    [TestMethod]
    public void Segment_OtherChannels_SaysWhatTheModelTakes()
    {
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 4, 4, 4)), OneThread);

        var error = Assert.ThrowsExactly<InputDataException>(() => segmenter.Segment(Scans.Noise(new(3, 4, 4, 4), 1, 1)));

        StringAssert.Contains(error.Message, "3 channels; the model takes 1");
    }

    [TestMethod]
    public void Segment_VoxelsThatAreNoNumbers_TellsCountAndFirst()
    {
        var voxels = new float[2 * 5 * 6 * 7];
        voxels[210 + (2 * 42) + (3 * 7) + 4] = float.NaN;
        voxels[^1] = float.PositiveInfinity;
        var info = new SegmentationModelInfo { Classes = [new(0, "a"), new(1, "b")], Patch = new(2, 4, 4, 4) };
        using var segmenter = new OnnxSegmenter(TinyOnnx.Model(info, new TinyOnnx.Layer(2, 2, 1, [1, 0, 0, 1], [0, 0])), OneThread);

        var error = Assert.ThrowsExactly<InputDataException>(() => segmenter.Segment(Volume.Create(voxels, new(2, 5, 6, 7))));

        StringAssert.Contains(error.Message, "In a volume, 2 voxels");
        StringAssert.Contains(error.Message, "[channel 1, z 2, y 3, x 4]");
        StringAssert.Contains(error.Message, "NonFiniteReplacement");
    }

    [TestMethod]
    public void Segment_VoxelsOfAFileThatAreNoNumbers_NamesTheFile()
    {
        using var folder = new TemporaryFolder();
        var path = folder["case7.nii.gz"];
        VolumeFormats.Save(Volume.Create([1, float.NaN], new(1, 1, 1, 2)), path);
        using var segmenter = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 4, 4, 4)), OneThread);

        var error = Assert.ThrowsExactly<InputDataException>(() =>
            segmenter.Segment(VolumeFormats.Open(path).Resample(new Vector3D(0.9, 0.9, 0.9)))
        );

        StringAssert.Contains(error.Message, "case7.nii.gz");
    }

    [TestMethod]
    public void Segment_NetworkThatGivesNaN_NamesTheClassAndTheFile()
    {
        var info = new SegmentationModelInfo
        {
            Classes = [new(0, "background"), new(1, "cyst")],
            Patch = new(1, 4, 4, 4),
            Preprocessing = "z-score",
        };
        using var segmenter = new OnnxSegmenter(TinyOnnx.Model(info, new TinyOnnx.Layer(2, 1, 1, [1, float.NaN], [0, 0])), OneThread);

        using var folder = new TemporaryFolder();
        VolumeFormats.Save(Scans.Noise(new(1, 4, 4, 4), 1, 1), folder["case7.nii.gz"]);

        var error = Assert.ThrowsExactly<InputDataException>(() => segmenter.Segment(VolumeFormats.Open(folder["case7.nii.gz"])));

        StringAssert.Contains(error.Message, $"On '{folder["case7.nii.gz"]}', the network gave NaN");
        StringAssert.Contains(error.Message, "cyst");
        StringAssert.Contains(error.Message, "z-score");
    }

    [TestMethod]
    public void Constructor_DescriptionThatTheNetworkContradicts_Fails()
    {
        var model = TinyOnnx.Threshold(new(1, 4, 4, 4));

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => new OnnxSegmenter(new SegmentationModel(model.OnnxArray, model.Info with { Patch = new(1, 8, 4, 4) })));

        StringAssert.Contains(error.Message, "[4, 4, 4]");
        StringAssert.Contains(error.Message, "[8, 4, 4]");
    }

    [TestMethod]
    public void Constructor_FixedBatch_DemandsItAndFillsTheLastUp()
    {
        var info = TinyOnnx.Threshold(new(1, 4, 4, 4)).Info;
        var model = new SegmentationModel(TinyOnnx.Write(info, [], [new(2, 1, 1, [0, 1], [0.5f, 0])], fixedBatch: 2), info);
        var volume = Scans.Noise(new(1, 4, 4, 10), 1, 1);

        var error = Assert.ThrowsExactly<ArgumentException>(() => new OnnxSegmenter(model, OneThread));
        using var segmenter = new OnnxSegmenter(model, OneThread with { BatchSize = 2 });

        StringAssert.Contains(error.Message, "batches of 2");
        CollectionAssert.AreEqual(
            volume.Voxels.ToArray().Select(v => v > 0.5f ? (byte)1 : (byte)0).ToArray(),
            segmenter.Segment(volume).Labels.Voxels.Bytes.ToArray()
        );
    }

    [TestMethod]
    public void Constructor_DamagedModel_SaysSo()
    {
        var model = TinyOnnx.Threshold(new(1, 4, 4, 4));

        var error = Assert.ThrowsExactly<InputDataException>(() =>
            new OnnxSegmenter(new SegmentationModel(model.OnnxArray[..100], model.Info))
        );

        StringAssert.Contains(error.Message, "100 bytes");
    }

    [TestMethod]
    public void Constructor_ImpossibleSettings_ListsEveryFault()
    {
        var settings = new ScoringSettings
        {
            Overlap = 1,
            Threads = -1,
            BatchSize = 0,
            SpacingTolerance = 0,
            RequireTrainingSpacing = true,
            Resampling = new() { MaximumThreads = -2 },
        };

        var error = Assert.ThrowsExactly<ArgumentException>(() => new OnnxSegmenter(TinyOnnx.Threshold(new(1, 4, 4, 4)), settings));

        foreach (
            var fact in new[]
            {
                "Overlap is 1",
                "Threads is -1",
                "BatchSize is 0",
                "SpacingTolerance is 0",
                "both given",
                "MaximumThreads is -2",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    public void Constructor_GpuThatIsNotThere_FallsBackWithAWarningOrFails()
    {
        var model = TinyOnnx.Threshold(new(1, 4, 4, 4));
        var warnings = new List<string>();

        using var segmenter = new OnnxSegmenter(model, OneThread, new ScoringDevice(GpuDeviceId: 99), warnings.Add);
        var error = Assert.ThrowsExactly<ExecutionEnvironmentException>(() =>
            new OnnxSegmenter(model, OneThread, new ScoringDevice(99, FallbackToCpu: false))
        );

        StringAssert.Contains(warnings.Single(), "CUDA device 99");
        StringAssert.Contains(error.Message, "Microsoft.ML.OnnxRuntime.Gpu");
        Assert.AreEqual(1, segmenter.Segment(Volume.Create([1f], new(1, 1, 1, 1))).Labels[0, 0, 0]);
    }
}
