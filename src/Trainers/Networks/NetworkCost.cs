using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation.Networks;

/// <summary>How large a network is, and how much it computes for one image.</summary>
/// <remarks>
/// Counted from the shapes of a forward pass, without computing it. Papers' "FLOPs" are mostly such multiply-accumulate operations.
/// Every position of every image counts, rows and columns that axial attention stacks in the batch included.
/// </remarks>
internal sealed record NetworkCost
{
    private const long UsualSide2D = 256;
    private const long UsualSide3D = 64;

    /// <summary>Key of the network.</summary>
    public required string Network { get; init; }

    /// <summary>The preset; empty for the defaults.</summary>
    public required string Preset { get; init; }

    /// <summary>Channels, and depth, height and width (2D: height and width) of the image.</summary>
    public required IReadOnlyList<long> Input { get; init; }

    /// <summary>Channels of the result.</summary>
    public required int Classes { get; init; }

    /// <summary>Numbers that training may change, and those that it never uses.</summary>
    public required long Parameters { get; init; }

    /// <summary>Parameters that the original code registers but never uses.</summary>
    public required long UnusedParameters { get; init; }

    /// <summary>Multiply-accumulate operations of convolutions and linear layers.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>
    /// Multiply-accumulate operations of products of features, such as those of attention; not in <see cref="MultiplyAccumulates"/>.
    /// </summary>
    public required long AttentionMultiplyAccumulates { get; init; }

    /// <summary>Counts a network for an image.</summary>
    /// <param name="network">The network; it is left in evaluation mode.</param>
    /// <param name="size">Depth, height and width (2D: height and width) of the image.</param>
    /// <param name="key">What <see cref="Network"/> says.</param>
    /// <param name="preset">What <see cref="Preset"/> says.</param>
    /// <exception cref="ArgumentException">The network cannot take that size.</exception>
    public static NetworkCost Of(Network network, IReadOnlyList<long> size, string key = "", string preset = "")
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(size);
        network.eval();
        using var counter = new ComputationCounter();
        var graph = new OnnxGraph(network.state_dict().Select(entry => (entry.Key, entry.Value)));
        network.Forward(network.Checked(graph.Input(new TensorShape([1, network.Options.InputChannels, .. size]))));
        var parameters = network.named_parameters().ToList();
        return new()
        {
            Network = key,
            Preset = preset,
            Input = [network.Options.InputChannels, .. size],
            Classes = network.Options.Classes,
            Parameters = parameters.Sum(entry => entry.parameter.numel()),
            UnusedParameters = parameters
                .Where(entry => network.UnusedParameters.Any(unused => entry.name.StartsWith(unused, StringComparison.Ordinal)))
                .Sum(entry => entry.parameter.numel()),
            MultiplyAccumulates = counter.ByWeights,
            AttentionMultiplyAccumulates = counter.ByFeatures,
        };
    }

    /// <summary>Counts a preset for the image for which it was published; where there is none, 256 x 256 or 64 x 64 x 64.</summary>
    /// <param name="entry">The network.</param>
    /// <param name="preset">The preset.</param>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static NetworkCost Of(NetworkEntry entry, string preset)
    {
        ArgumentNullException.ThrowIfNull(entry);
        using var network = entry.Create(entry.OptionsOf(preset));
        var dims = network.Options.SpatialDims;
        var size = entry.PublishedSizes.TryGetValue(preset, out var published)
            ? published
            : network.SizeRule.Fit([.. Enumerable.Repeat(dims == 2 ? UsualSide2D : UsualSide3D, dims)]);
        return Of(network, size, entry.Key, preset);
    }
}
