using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Losses;

/// <summary>Centre lines of soft masks, by erosions and openings that gradients flow through.</summary>
/// <remarks>Shit et al. 2021, https://arxiv.org/abs/2003.07311, algorithm 1.</remarks>
internal static class SoftSkeleton
{
    /// <summary>The skeleton.</summary>
    /// <param name="mask">[N, K, D, H, W] or [N, K, H, W], 0 to 1.</param>
    /// <param name="iterations">Erosions; at least the radius of the thickest structure.</param>
    public static Tensor Of(Tensor mask, int iterations)
    {
        var eroded = mask;
        var skeleton = (eroded - Open(eroded)).relu();
        for (var i = 0; i < iterations; i++)
        {
            eroded = Erode(eroded);
            var left = (eroded - Open(eroded)).relu();
            skeleton = skeleton.Plus((left - skeleton * left).relu());
        }

        return skeleton;
    }

    private static Tensor Open(Tensor mask) => Dilate(Erode(mask), [.. Enumerable.Repeat(3L, Axes(mask))]);

    // The smallest value in a cross of voxels: the minima along single axes.
    private static Tensor Erode(Tensor mask)
    {
        var axes = Axes(mask);
        return Enumerable.Range(0, axes)
            .Select(axis => -Dilate(-mask, [.. Enumerable.Range(0, axes).Select(other => other == axis ? 3L : 1L)]))
            .Aggregate(minimum);
    }

    private static Tensor Dilate(Tensor mask, long[] kernel)
    {
        var (steps, padding) = (Array.ConvertAll(kernel, _ => 1L), Array.ConvertAll(kernel, size => size / 2));
        return kernel.Length == 2
            ? nn.functional.max_pool2d(mask, kernel, steps, padding, steps)
            : nn.functional.max_pool3d(mask, kernel, steps, padding, steps);
    }

    private static int Axes(Tensor mask) => (int)mask.dim() - 2;
}
