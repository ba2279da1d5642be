using Microsoft.ML.MedicalSegmentation.Weights;

namespace Microsoft.ML.MedicalSegmentation.Import.NnUNet;

[TestClass]
public sealed class NnUNetPostProcessingTests : IDisposable
{
    private const string Function =
        "cnnunetv2.postprocessing.remove_connected_components\nremove_all_but_largest_component_from_segmentation\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Read_Pickle_KeepsForegroundAndThenALabel()
    {
        // ([function, function], [{'labels_or_regions': [1, 2]}, {'labels_or_regions': 2}])
        var path = WritePickle($"]({Function}{Function}e]({Arguments("](K\u0001K\u0002e")}{Arguments("K\u0002")}e\u0086");
        var plan = NnUNetPostProcessing.Read(path, [1, 2]);
        Assert.AreEqual(2, plan.Steps.Count);
        AssertStep(plan.Steps[0]);
        AssertStep(plan.Steps[1], 2);
    }

    [TestMethod]
    public void Read_Json_KeepsARegionOfAllForeground()
    {
        var path = _folder.Write(
            "postprocessing.json",
            """{ "postprocessing_fns": ["remove_all_but_largest_component_from_segmentation"], "postprocessing_kwargs": [{ "labels_or_regions": [[1, 2, 3], [3]] }] }"""
        );
        AssertStep(NnUNetPostProcessing.Read(path, [1, 2, 3]).Steps.Single());
    }

    [TestMethod]
    public void Read_SomeLabelsTogether_SaysThatThereIsNoCounterpart()
    {
        var path = WritePickle($"]({Function}e]({Arguments("](K\u0001K\u0002e")}e\u0086");
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => NnUNetPostProcessing.Read(path, [1, 2, 3])).Message,
            "1, 2"
        );
    }

    [TestMethod]
    [DataRow("cos\nsystem\nX\u0002\0\0\0ls\u0085R", "os.system")]
    [DataRow(Function + ")R", "refused")]
    [DataRow("K\u0001", "is not nnU-Net's")]
    public void Read_OtherPickle_IsRefused(string instructions, string fact) =>
        StringAssert.Contains(
            Assert.ThrowsExactly<InputDataException>(() => NnUNetPostProcessing.Read(WritePickle(instructions), [1, 2])).Message,
            fact
        );

    [TestMethod]
    public void Read_ListThatHoldsItself_IsRefused()
    {
        var path = WritePickle($"]({Function}e]({Arguments("]q\0h\0a")}e\u0086");
        Assert.ThrowsExactly<InputDataException>(() => NnUNetPostProcessing.Read(path, [1, 2]));
    }

    private static string Arguments(string labels) => $"}}{PickleBytes.Text("labels_or_regions")}{labels}s";

    private static void AssertStep(PostProcessingStep step, params int[] labels)
    {
        Assert.IsInstanceOfType<KeepLargestComponent>(step);
        CollectionAssert.AreEqual(labels, ((KeepLargestComponent)step).Labels.ToArray());
        Assert.AreEqual(VoxelConnectivity.Corners, ((KeepLargestComponent)step).Connectivity);
    }

    private string WritePickle(string instructions)
    {
        var path = _folder["postprocessing.pkl"];
        File.WriteAllBytes(path, PickleBytes.Pickle(instructions));
        return path;
    }
}
