using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Reach;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation.Partitioning;

/// <summary>How far a network sees, found from its forward pass without computing it.</summary>
/// <param name="Before">
/// Per spatial axis, voxels before an element of the result that it may depend on; those of the edge of the image count as its border.
/// </param>
/// <param name="After">The same after it.</param>
/// <param name="Stride">
/// Per spatial axis, voxels between two elements of the coarsest grid: tiles that begin at multiples of it see the same windows as the
/// whole image.
/// </param>
/// <param name="WhyUnbounded">
/// Why results depend on the whole image or on its size, "an instance norm over all positions"; null if they do not.
/// </param>
internal sealed record NetworkReading(
    IReadOnlyList<long> Before,
    IReadOnlyList<long> After,
    IReadOnlyList<long> Stride,
    string? WhyUnbounded
)
{
    /// <summary>As a model says it: along depth, height and width, the same before and after.</summary>
    public NetworkReach ToReach()
    {
        int[] flat = Stride.Count == 2 ? [0] : [];
        int[] single = Stride.Count == 2 ? [1] : [];
        return new()
        {
            Voxels = [.. flat, .. Before.Zip(After, (before, after) => WhyUnbounded is null ? (int)Math.Max(before, after) : 0)],
            Stride = [.. single, .. Stride.Select(stride => (int)stride)],
            WhyUnbounded = WhyUnbounded,
        };
    }

    /// <summary>Reads a network.</summary>
    /// <param name="network">Its mode comes back as it was.</param>
    /// <param name="size">Depth, height and width (2D: height and width) of an image that it takes.</param>
    /// <exception cref="ArgumentException">The network cannot take that size.</exception>
    public static NetworkReading Of(Network network, IReadOnlyList<long> size)
    {
        var training = network.training;
        network.eval();
        try
        {
            var pass = new ReachPass(size.Count);
            var image = ReachExpression.Image(pass, new TensorShape([1, network.Options.InputChannels, .. size]));
            var result = (ReachExpression)network.Forward(network.Checked(image));
            if (!result.Shape.Spatial.SequenceEqual(size))
            {
                pass.DependOnAll("a result of another size than the image");
            }

            return new(
                [.. result.Reach.Select(reach => (long)Math.Ceiling(-reach.Low - 1e-6))],
                [.. result.Reach.Select(reach => (long)Math.Ceiling(reach.High - 1e-6))],
                pass.Stride,
                pass.WhyUnbounded);
        }
        finally
        {
            network.train(training);
        }
    }
}
