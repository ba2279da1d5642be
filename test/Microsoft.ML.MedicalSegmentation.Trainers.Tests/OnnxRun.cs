using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Exports networks and runs the files in ONNX Runtime.</summary>
internal static class OnnxRun
{
    /// <summary>The bytes of the network's file for images of that shape.</summary>
    public static byte[] Export(Network network, long[] imageShape)
    {
        var weights = network.state_dict().Values.Sum(tensor => tensor.numel() * tensor.element_size());
        using var file = new MemoryStream(checked((int)weights));
        OnnxExport.Write(network, imageShape[2..], [], file);
        return file.ToArray();
    }

    /// <summary>What ONNX Runtime computes from the file, as a tensor.</summary>
    public static torch.Tensor Logits(byte[] file, torch.Tensor image)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(file, options);
        using var input = OrtValue.CreateTensorValueFromMemory(image.contiguous().data<float>().ToArray(), image.shape);
        using var runOptions = new RunOptions();
        using var results = session.Run(runOptions, ["image"], [input], ["logits"]);
        var shape = results[0].GetTensorTypeAndShape().Shape;
        return torch.tensor(results[0].GetTensorDataAsSpan<float>().ToArray(), torch.ScalarType.Float32).reshape(shape);
    }

    /// <summary>The largest difference of two tensors, relative to the largest number of the first.</summary>
    public static double Difference(torch.Tensor expected, torch.Tensor actual)
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape);
        using var scope = torch.NewDisposeScope();
        var largest = Math.Max(expected.abs().max().ToDouble(), 1e-12);
        return (expected - actual).abs().max().ToDouble() / largest;
    }
}
