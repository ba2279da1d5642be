namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

[TestClass]
public sealed class SegmentationModelTests
{
    private static readonly SegmentationModelInfo Full = new()
    {
        Classes = [new(0, "background"), new(300, "große Zyste \"links\"")],
        Patch = new(1, 8, 16, 24),
        Network = "attention-unet",
        Spacing = new(0.75, 0.75, 2.5),
        Orientation = "LPS",
        Preprocessing = "z-score",
        Overlap = 0.25,
    };

    private static readonly TinyOnnx.Layer TwoClasses = new(2, 1, 1, [0, 1], [0.5f, 0]);

    [TestMethod]
    public void FromOnnx_FileThatDescribesItself_ReadsEverything()
    {
        var info = SegmentationModel.FromOnnx(TinyOnnx.Model(Full, TwoClasses).OnnxArray).Info;

        CollectionAssert.AreEqual(Full.Classes.ToArray(), info.Classes.ToArray());
        Assert.AreEqual(Full with { Classes = info.Classes }, info);
    }

    [TestMethod]
    public void FromOnnx_ForeignFileWithoutDescription_SaysWhatToPass()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => SegmentationModel.FromOnnx(TinyOnnx.Write(Full, [], [TwoClasses])));

        StringAssert.Contains(error.Message, "does not describe itself");
        StringAssert.Contains(error.Message, nameof(SegmentationModelInfo.Classes));
        StringAssert.Contains(error.Message, nameof(SegmentationModelInfo.Patch));
    }

    [TestMethod]
    public void FromOnnx_ForeignFileWithDescription_TakesIt()
        => Assert.AreSame(Full, SegmentationModel.FromOnnx(TinyOnnx.Write(Full, [], [TwoClasses]), Full).Info);

    [TestMethod]
    public void FromOnnx_DescriptionThatContradictsTheFile_NamesTheDifference()
    {
        var other = Full with { Orientation = "RAS" };

        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            SegmentationModel.FromOnnx(TinyOnnx.Model(Full, TwoClasses).OnnxArray, other)
        );

        StringAssert.Contains(error.Message, "medseg.orientation: RAS, but LPS in the file");
    }

    [TestMethod]
    public void FromOnnx_OtherPatchAndChannels_NamesEveryContradiction()
    {
        var wrong = Full with { Patch = new(3, 8, 16, 32), Classes = [new(0, "a"), new(1, "b"), new(2, "c")] };

        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            SegmentationModel.FromOnnx(TinyOnnx.Write(Full, [], [TwoClasses]), wrong)
        );

        StringAssert.Contains(error.Message, "1 input channels, the description 3");
        StringAssert.Contains(error.Message, "2 output channels, the description 3");
        StringAssert.Contains(error.Message, "[8, 16, 24]");
        StringAssert.Contains(error.Message, "[8, 16, 32]");
    }

    [TestMethod]
    public void FromOnnx_OtherDimensions_SaysWhatANetworkHas()
    {
        var flat = Full with { SpatialDimensions = 2, Patch = new(1, 1, 16, 24) };

        var error = Assert.ThrowsExactly<ArgumentException>(() => SegmentationModel.FromOnnx(TinyOnnx.Write(Full, [], [TwoClasses]), flat));

        StringAssert.Contains(error.Message, "5 dimensions");
        StringAssert.Contains(error.Message, "a 2D network has a tensor of Float with 4");
    }

    [TestMethod]
    public void ToString_NamesClassesAndPatch()
    {
        StringAssert.Contains(Full.ToString(), "300 große Zyste");
        StringAssert.Contains(Full.ToString(), "24 x 16 x 8");
    }

    [TestMethod]
    public void FromOnnx_CutInHalf_SaysThatItIsDamaged()
    {
        var whole = TinyOnnx.Model(Full, TwoClasses).OnnxArray;

        var error = Assert.ThrowsExactly<InputDataException>(() => SegmentationModel.FromOnnx(whole[..(whole.Length / 2)]));

        StringAssert.Contains(error.Message, "damaged");
    }

    [TestMethod]
    [DataRow(SegmentationModelMetadata.PatchKey, "[8, 16]", "must hold 3")]
    [DataRow(SegmentationModelMetadata.PatchKey, "8x16x24", SegmentationModelMetadata.PatchKey)]
    [DataRow(SegmentationModelMetadata.ClassesKey, "[{\"value\": 1}]", SegmentationModelMetadata.ClassesKey)]
    [DataRow(SegmentationModelMetadata.ClassesKey, "{}", SegmentationModelMetadata.ClassesKey)]
    [DataRow(SegmentationModelMetadata.ClassesKey, "[{\"value\": 1, \"name\": \"a\"}]", "at least 2")]
    [DataRow(SegmentationModelMetadata.ActivationKey, "tanh", "tanh")]
    [DataRow(SegmentationModelMetadata.OverlapKey, "much", "much")]
    [DataRow(SegmentationModelMetadata.OrientationKey, "RRS", "RRS")]
    [DataRow(SegmentationModelMetadata.SpacingKey, "[1, 0, 1]", "above 0")]
    [DataRow(SegmentationModelMetadata.FormatKey, "2", "reads 1 to 1")]
    [DataRow(SegmentationModelMetadata.SpatialDimensionsKey, null, SegmentationModelMetadata.SpatialDimensionsKey)]
    public void FromOnnx_UnreadableMetadata_NamesKeyAndValue(string key, string? value, string fact)
    {
        var metadata = SegmentationModelMetadata.Write(Full).Where(m => m.Key != key).ToList();
        if (value is not null)
        {
            metadata.Add(new(key, value));
        }

        var error = Assert.ThrowsExactly<InputDataException>(() =>
            SegmentationModel.FromOnnx(TinyOnnx.Write(Full, metadata, [TwoClasses]))
        );

        StringAssert.Contains(error.Message, fact);
    }

    [TestMethod]
    public void Constructor_ImpossibleDescription_ListsEveryFault()
    {
        var impossible = Full with
        {
            Classes = [new(1, "left"), new(1, "right")],
            Patch = new(0, 8, 8, 8),
            Overlap = 1,
            Spacing = new(1, -1, 1),
            Orientation = "XYZ",
            SpatialDimensions = 4,
        };

        var error = Assert.ThrowsExactly<ArgumentException>(() => new SegmentationModel([1], impossible));

        foreach (var fact in new[] { "left, right", "0 channels", "overlap is 1", "1 x -1 x 1", "XYZ", "4 spatial" })
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    public void SaveOnnx_ThenLoad_GivesTheSameModel()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            var model = TinyOnnx.Model(Full, TwoClasses);
            model.SaveOnnx(path);

            Assert.IsTrue(model.Onnx.Span.SequenceEqual(SegmentationModel.Load(path).Onnx.Span));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Load_MissingFile_NamesIt() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<FileNotFoundException>(() => SegmentationModel.Load("absent.onnx")).Message,
            "absent.onnx"
        );
}
