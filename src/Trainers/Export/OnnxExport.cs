using Microsoft.ML.MedicalSegmentation.Export.Optimization;
using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation.Export;

/// <summary>Writes a trained network as an ONNX file.</summary>
/// <remarks>
/// The file takes "image" [batch, channels, D, H, W] (2D: [batch, channels, H, W]) in single precision and gives "logits"
/// [batch, classes, D, H, W]. The batch size is open, the spatial size is fixed. Initializers have the names of the
/// network's state
/// dictionary. Operator set 18; ONNX Runtime reads it from version 1.14 on. The same network gives the same bytes.
/// </remarks>
internal static class OnnxExport
{
    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="network">A network in evaluation mode.</param>
    /// <param name="spatialSize">Depth, height, width of the patches (2D: height, width).</param>
    /// <param name="metadata">Keys and values for the file's metadata_props, written in this order.</param>
    /// <param name="path">The file, which is replaced where it exists.</param>
    /// <exception cref="InvalidOperationException">The network is in training mode.</exception>
    /// <exception cref="ArgumentException">The network cannot take patches of that size.</exception>
    public static void Write(
        Network network, IReadOnlyList<long> spatialSize, IEnumerable<KeyValuePair<string, string>> metadata, string path) =>
        AtomicFile.Write(path, destination => Write(network, spatialSize, metadata, destination));

    /// <summary>Writes to a stream, one tensor at a time.</summary>
    /// <param name="network">A network in evaluation mode.</param>
    /// <param name="spatialSize">Depth, height, width of the patches (2D: height, width).</param>
    /// <param name="metadata">Keys and values for the file's metadata_props, written in this order.</param>
    /// <param name="destination">Where the bytes go; stays open.</param>
    /// <exception cref="InvalidOperationException">The network is in training mode.</exception>
    /// <exception cref="ArgumentException">The network cannot take patches of that size.</exception>
    public static void Write(
        Network network, IReadOnlyList<long> spatialSize, IEnumerable<KeyValuePair<string, string>> metadata, Stream destination) =>
        Write(network, spatialSize, metadata, destination, OnnxRewritings.All);

    internal static void Write(
        Network network,
        IReadOnlyList<long> spatialSize,
        IEnumerable<KeyValuePair<string, string>> metadata,
        Stream destination,
        OnnxRewritings rewritings)
    {
        if (network.modules().Append(network).Any(module => module.training))
        {
            throw new InvalidOperationException(
                "The network is in training mode, where dropout and batch norm act by chance and "
                    + "by the batch. Call eval() before the export."
            );
        }

        var graph = new OnnxGraph(network.state_dict().Select(entry => (entry.Key, entry.Value)));
        var image = graph.Input(new TensorShape([-1, network.Options.InputChannels, .. spatialSize]));
        var logits = (OnnxExpression)network.Forward(network.Checked(image));
        OnnxFile.Write(destination, network.Description, graph, image, logits, metadata, rewritings);
    }

    /// <summary>
    /// Names of the weights that the file of a network holds: those that its prediction depends on, which those of side heads are not.
    /// </summary>
    /// <param name="network">A network in evaluation mode.</param>
    /// <param name="spatialSize">Depth, height, width of the patches (2D: height, width).</param>
    internal static IReadOnlySet<string> WeightsOf(Network network, IReadOnlyList<long> spatialSize)
    {
        var graph = new OnnxGraph(network.state_dict().Select(entry => (entry.Key, entry.Value)));
        var logits = (OnnxExpression)
            network.Forward(network.Checked(graph.Input(new TensorShape([1, network.Options.InputChannels, .. spatialSize]))));
        return graph.InitializersOf(graph.Reaching(logits.Name)).Select(initializer => initializer.Name).ToHashSet();
    }
}
