using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>Writes a network's encoder as an ONNX file that gives its deepest features, averaged over positions.</summary>
internal static class EncoderExport
{
    /// <summary>The file's bytes.</summary>
    /// <param name="network">In evaluation mode, on the CPU; it has an encoder.</param>
    /// <param name="spatialSize">Depth, height, width of the patches (2D: height, width).</param>
    /// <param name="info">The description, which becomes part of the file.</param>
    public static byte[] Write(Network network, IReadOnlyList<long> spatialSize, EncoderModelInfo info)
    {
        var graph = new OnnxGraph(network.state_dict().Select(entry => (entry.Key, entry.Value)));
        var image = graph.Input(new TensorShape([-1, info.Channels, .. spatialSize]));
        var features = ContrastiveNetwork.Pooled(network, network.Checked(image)) as OnnxExpression
            ?? throw new InvalidOperationException($"{network.Description} gives no features.");
        using var onnx = new MemoryStream();
        OnnxFile.Write(onnx, $"encoder: {network.Description}", graph, image, features, EncoderModelInfo.Metadata.Write(info));
        return onnx.ToArray();
    }
}
