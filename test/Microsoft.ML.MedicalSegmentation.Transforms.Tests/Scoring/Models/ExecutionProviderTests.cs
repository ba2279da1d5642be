namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

[TestClass]
public sealed class ExecutionProviderTests
{
    [TestMethod]
    [DataRow("cuda", "Microsoft.ML.OnnxRuntime.Gpu")]
    [DataRow("TensorRT", "install CUDA, cuDNN and TensorRT")]
    [DataRow("openvino", "Intel.ML.OnnxRuntime.OpenVino")]
    [DataRow("directml", "Microsoft.ML.OnnxRuntime.DirectML")]
    [DataRow("coreml", "on macOS")]
    public void Open_WithAProviderThatTheLibraryLacks_NamesThePackage(string name, string remedy)
    {
        var model = TinyOnnx.Threshold(new(1, 4, 4, 4));
        if (ExecutionProvider.Find(name).IsInLibrary)
        {
            Assert.Inconclusive($"This ONNX Runtime has {name}.");
        }

        var error = Assert.ThrowsExactly<ExecutionEnvironmentException>(() =>
            new OnnxSegmenter(model, device: new(FallbackToCpu: false) { Provider = name })
        );
        StringAssert.Contains(error.Message, remedy);
        StringAssert.Contains(error.Message, "CPUExecutionProvider");
        var warnings = new List<string>();
        using var fallen = new OnnxSegmenter(model, device: new() { Provider = name }, warn: warnings.Add);
        StringAssert.Contains(warnings.Single(), "The processor is used.");
    }

    [TestMethod]
    public void Provider_ThatThereIsNot_IsRefusedWithTheList()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new ScoringDevice { Provider = "vulkan" });
        StringAssert.Contains(error.Message, "openvino, directml, coreml");
        using var processor = new OnnxSegmenter(TinyOnnx.Threshold(new(1, 4, 4, 4)), device: new() { Provider = "CPU" });
        Assert.AreEqual("cpu", new ScoringDevice { Provider = "CPU" }.Provider);
    }
}
