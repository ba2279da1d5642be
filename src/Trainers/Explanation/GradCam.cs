using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Explanation;

/// <summary>Gradient-weighted class activation of one tile.</summary>
/// <remarks>
/// <para>
/// map = max(0, sum over k of a_k F_k): F are a layer's features, and a_k is the mean over positions of the gradient of the class's score
/// by F_k. Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391. For segmentation the score is that of the voxels that the network gives
/// to the class: Vinogradova et al. 2020 (Seg-Grad-CAM), https://arxiv.org/abs/2002.11434.
/// </para>
/// <para>Differs: the mean, not the sum, of those voxels' logits, so that tiles with more and less of a structure can be compared.</para>
/// </remarks>
internal static class GradCam
{
    /// <summary>
    /// [1, 1, S] over the tile, at least 0; of a network that segments, zero where it gives no voxel of the tile to the class.
    /// </summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="tile">[1, channels, S].</param>
    /// <param name="channel">
    /// The class's output channel; if there is one output channel only, 0 is the background and 1 the structure.
    /// </param>
    /// <param name="layer">The weight of the layer.</param>
    /// <exception cref="InvalidOperationException">The layer does not run, or the score does not depend on it.</exception>
    public static Tensor Of(Network network, Tensor tile, int channel, Tensor layer)
    {
        using var scope = torch.NewDisposeScope();
        using var probe = new FeatureProbe(layer);
        var logits = network.forward(tile);
        if (probe.Features is not { } features || probe.Zeros is not { } zeros)
        {
            throw new InvalidOperationException($"The layer did not run in {network.Description}. Choose another one.");
        }

        var (score, region) = ScoreAndRegion(logits, channel);
        if (region.sum().item<float>() == 0)
        {
            return scope.MoveToOuter(torch.zeros([1, 1, .. tile.shape[2..]], torch.ScalarType.Float32, tile.device));
        }

        var gradient = Gradient((score * region).sum() / region.sum(), zeros);
        using var noGradients = torch.no_grad();
        long[] positions = [0, .. Enumerable.Range(2, features.shape.Length - 2).Select(axis => (long)axis)];
        var weights = gradient.mean(positions, keepdim: true);
        var map = ((TorchExpression)network.WholeMap(new TorchExpression((weights * features).sum([1], keepdim: true).relu()))).Tensor;
        return scope.MoveToOuter(Resized(map, tile.shape[2..]));
    }

    /// <summary>A map at another size, by linear interpolation.</summary>
    public static Tensor Resized(Tensor map, long[] size) =>
        map.shape.AsSpan(2).SequenceEqual(size)
            ? map
            : functional.interpolate(
                map,
                size,
                null,
                size.Length == 2 ? torch.InterpolationMode.Bilinear : torch.InterpolationMode.Trilinear,
                false
            );

    // [1, S]: the logit of the class, and 1 where the network decides for it. A classifier has one logit, which counts whatever it decides.
    private static (Tensor Score, Tensor Region) ScoreAndRegion(Tensor logits, int channel)
    {
        if (logits.dim() == 2)
        {
            return (logits.select(1, channel), torch.ones([1], torch.ScalarType.Float32, logits.device));
        }

        if (logits.shape[1] == 1)
        {
            var score = channel == 0 ? -logits.select(1, 0) : logits.select(1, 0);
            return (score, score.detach().gt(Number(0)).to(torch.ScalarType.Float32));
        }

        return (logits.select(1, channel), logits.detach().argmax(1).eq(Number(channel)).to(torch.ScalarType.Float32));
    }

    private static Tensor Gradient(Tensor score, Tensor zeros)
    {
        try
        {
            return torch.autograd.grad([score], [zeros])[0];
        }
        catch (System.Runtime.InteropServices.ExternalException fault)
        {
            throw new InvalidOperationException("The class's score does not depend on that layer. Choose another one.", fault);
        }
    }
}
