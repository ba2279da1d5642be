using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.MedicalSegmentation.Networks.CANets;

/// <summary>CA-Net's scale attention: weights the predictions of the levels, as a whole and at each position, and joins them.</summary>
/// <param name="spatialDims">Number of spatial axes.</param>
/// <param name="scales">Number of levels.</param>
/// <param name="channels">Channels of each level, and of the result.</param>
/// <remarks>
/// Gu et al. 2020, https://arxiv.org/abs/2009.10549, figure 5. As in the authors' code, a rectifier stands before the sigmoid of the
/// positions' weights, which therefore lie in [0.5, 1).
/// </remarks>
internal sealed class ScaleAttention(int spatialDims, long scales, long channels) : Layer
{
    private readonly Linear squeeze = new(scales * channels, scales);
    private readonly Linear excite = new(scales, scales * channels);
    private readonly Convolution spatialConvolution = new(spatialDims, scales * channels, scales, kernel: 3, padding: 1, bias: false);
    private readonly BatchNorm spatialNorm = new(scales, momentum: 0.01);
    private readonly Convolution spatialOutput = new(spatialDims, scales, scales, kernel: 1, bias: false);
    private readonly ConvolutionUnit join = new(spatialDims, scales * channels, channels, kernel: 3, bias: false);

    /// <summary>Our names and those of the authors' code, beneath "scaleAttention".</summary>
    internal static (string Ours, string Original)[] OriginalNames { get; } =
    [
        ("scaleAttention.squeeze", "scale_att.cbam.ChannelGate.mlp.1"),
        ("scaleAttention.excite", "scale_att.cbam.ChannelGate.mlp.3"),
        ("scaleAttention.spatialConvolution", "scale_att.cbam.SpatialGate.conv1.conv"),
        ("scaleAttention.spatialNorm", "scale_att.cbam.SpatialGate.conv1.bn"),
        ("scaleAttention.spatialOutput", "scale_att.cbam.SpatialGate.conv2.conv"),
        ("scaleAttention", "scale_att"),
    ];

    /// <summary>[N, scales x channels, S], level by level -> [N, channels, S].</summary>
    public TensorExpression Forward(TensorExpression input)
    {
        using var scope = input.OpenScope();
        var size = input.Shape.Spatial;
        var weighted = input * WholeWeights(input).Reshape([-1, scales * channels, .. Array.ConvertAll(size, _ => 1L)]);
        var places = spatialNorm.Forward(spatialConvolution.Forward(weighted)).Relu();
        var maps = spatialOutput.Forward(places).Relu().Sigmoid().Shown(this, "scales");
        maps.ShowMap(this, "scales", () => maps);

        // weighted * maps + weighted, with the maps of a level for each of its channels.
        var scaled = weighted.Reshape([-1, scales, channels, .. size]) * (maps + 1).Unsqueeze(2);
        return scope.Keep(join.Forward((scaled.Reshape([-1, scales * channels, .. size]) + input).Relu()));
    }

    /// <summary>Starts so that the last rectifier lets most voxels through.</summary>
    /// <remarks>
    /// All classes pass these few channels. With the usual start, voxels of a structure can lie where the rectifier cuts all of them off;
    /// they then send no gradient, and the structure is never learnt.
    /// </remarks>
    public void StartOpen()
    {
        foreach (var (_, bias) in join.named_parameters().Where(entry => entry.name == "norm.bias"))
        {
            init.ones_(bias);
        }
    }

    // The channels of a level share the mean of their weights.
    private TensorExpression WholeWeights(TensorExpression input)
    {
        var sum = Weigh(input.GlobalAveragePool()) + Weigh(input.GlobalMaxPool());
        return sum.Reshape(-1, scales, channels).Mean([2], keepDimensions: true).Sigmoid().Expand(-1, scales, channels);
    }

    private TensorExpression Weigh(TensorExpression pooled) => excite.Forward(squeeze.Forward(pooled.Flatten(1)).Relu());
}
