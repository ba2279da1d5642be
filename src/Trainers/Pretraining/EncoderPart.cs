using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>Which part of a network its deepest features depend on.</summary>
/// <param name="Names">Names of the weights in the network's state dictionary, running statistics included.</param>
/// <param name="Features">Channels of the pooled features.</param>
internal sealed record EncoderPart(IReadOnlySet<string> Names, long Features)
{
    /// <summary>Finds the part by a forward pass that only writes a graph.</summary>
    /// <param name="network">The network; it is left in evaluation mode.</param>
    /// <param name="sides">Depth, height, width (2D: height, width) of a patch that it accepts.</param>
    /// <exception cref="ArgumentException">The network has no encoder.</exception>
    public static EncoderPart Of(Network network, IReadOnlyList<long> sides)
    {
        network.eval();
        var state = network.state_dict();
        var graph = new OnnxGraph(state.Select(entry => (entry.Key, entry.Value)));
        var image = network.Checked(graph.Input(new TensorShape([1, network.Options.InputChannels, .. sides])));
        if (ContrastiveNetwork.Pooled(network, image) is not OnnxExpression features)
        {
            throw new ArgumentException(
                $"{network.Description} has no encoder that can be pre-trained: {network.GetType().Name} does not override "
                    + "Network.Encode. Override it, or take another network."
            );
        }

        var read = graph.InitializersOf(graph.Reaching(features.Name)).Select(initializer => initializer.Name).ToHashSet();
        return new(state.Keys.Where(name => read.Contains(name) || read.Contains(Statistics(name))).ToHashSet(), features.Shape.Channels);
    }

    /// <summary>Copies of the part's weights, a layer with two names in the original code under both.</summary>
    public IReadOnlyList<WeightTensor> Copy(Network network)
        => [.. network.ToWeights().Where(weight => Names.Contains(weight.Name) || Names.Contains(network.NameOfShared(weight.Name)))];

    // A batch norm's counter, which no graph holds, goes with its mean.
    private static string Statistics(string counter) => counter.Replace("num_batches_tracked", "running_mean", StringComparison.Ordinal);
}
