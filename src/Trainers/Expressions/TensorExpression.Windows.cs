using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <content>Convolutions, pools and resizing over one, two or three spatial axes.</content>
public abstract partial class TensorExpression
{
    /// <summary>
    /// [N, C, S] -> [N, K, S']: S' = (S + 2 padding - dilation (kernel - 1) - 1) / stride + 1. ONNX Conv (11).
    /// </summary>
    /// <param name="weight">[K, C / groups, kernel].</param>
    /// <param name="bias">[K], or null.</param>
    /// <param name="stride">Step of the window.</param>
    /// <param name="padding">Zeros added on both sides.</param>
    /// <param name="dilation">Distance of the kernel's elements.</param>
    /// <param name="groups">Parts into which the channels are split.</param>
    public TensorExpression Convolution(
        Tensor weight, Tensor? bias, PerAxis stride, PerAxis padding, PerAxis dilation, long groups = 1)
    {
        var axes = ShapeRules.SpatialAxes(this);
        var window = new KernelGeometry(weight.shape[2..], stride.For(axes), padding.For(axes), dilation.For(axes), groups);
        var result = ShapeRules.Convolution(this, weight, window);
        ComputationCounter.Convolution(weight, result);
        return ComputeConvolution(weight, bias, window, result);
    }

    private protected abstract TensorExpression ComputeConvolution(Tensor weight, Tensor? bias, KernelGeometry window, TensorShape result);

    /// <summary>
    /// [N, C, S] -> [N, K, S']: S' = (S - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1. ONNX
    /// ConvTranspose (11).
    /// </summary>
    /// <param name="weight">[C, K / groups, kernel].</param>
    /// <param name="bias">[K], or null.</param>
    /// <param name="stride">Step between the windows that are written.</param>
    /// <param name="padding">Elements cut from both sides.</param>
    /// <param name="outputPadding">Elements added on the far side.</param>
    /// <param name="dilation">Distance of the kernel's elements.</param>
    /// <param name="groups">Parts into which the channels are split.</param>
    public TensorExpression TransposedConvolution(
        Tensor weight, Tensor? bias, PerAxis stride, PerAxis padding, PerAxis outputPadding, PerAxis dilation, long groups = 1)
    {
        var axes = ShapeRules.SpatialAxes(this);
        var window = new KernelGeometry(weight.shape[2..], stride.For(axes), padding.For(axes), dilation.For(axes), groups);
        var extra = outputPadding.For(axes);
        var result = ShapeRules.TransposedConvolution(this, weight, window, extra);
        ComputationCounter.Convolution(weight, Shape);
        return ComputeTransposedConvolution(weight, bias, window, extra, result);
    }

    private protected abstract TensorExpression ComputeTransposedConvolution(
        Tensor weight, Tensor? bias, KernelGeometry window, long[] outputPadding, TensorShape result);

    /// <summary>[N, C, S] -> [N, C, S']: the largest element of each window. ONNX MaxPool (12).</summary>
    /// <param name="kernel">Size of the window.</param>
    /// <param name="stride">Step of the window; the window's own size if null.</param>
    /// <param name="padding">Elements added on both sides, which never win.</param>
    public TensorExpression MaxPool(PerAxis kernel, PerAxis? stride = null, PerAxis? padding = null)
    {
        var window = PoolWindow(kernel, stride, padding);
        return ComputeMaxPool(window, ShapeRules.Pool(this, window));
    }

    private protected abstract TensorExpression ComputeMaxPool(KernelGeometry window, TensorShape result);

    /// <summary>[N, C, S] -> [N, C, S']: the mean of each window, padding counted. ONNX AveragePool (11).</summary>
    /// <param name="kernel">Size of the window.</param>
    /// <param name="stride">Step of the window; the window's own size if null.</param>
    /// <param name="padding">Zeros added on both sides.</param>
    public TensorExpression AveragePool(PerAxis kernel, PerAxis? stride = null, PerAxis? padding = null)
    {
        var window = PoolWindow(kernel, stride, padding);
        return ComputeAveragePool(window, ShapeRules.Pool(this, window));
    }

    private protected abstract TensorExpression ComputeAveragePool(KernelGeometry window, TensorShape result);

    /// <summary>[N, C, S] -> [N, C, size]: means over equal blocks. The size must divide S. ONNX AveragePool (11).</summary>
    public TensorExpression AdaptiveAveragePool(PerAxis size) => AveragePool(ShapeRules.BlockSizes(this, size));

    /// <summary>[N, C, S] -> [N, C, 1...]: the mean of each channel. ONNX ReduceMean (18).</summary>
    public TensorExpression GlobalAveragePool() => Mean(ShapeRules.SpatialDimensions(this), keepDimensions: true);

    /// <summary>[N, C, S] -> [N, C, 1...]: the largest element of each channel. ONNX ReduceMax (18).</summary>
    public TensorExpression GlobalMaxPool() => Max(ShapeRules.SpatialDimensions(this), keepDimensions: true);

    /// <summary>[N, C, S] -> [N, C, size]: the nearest element, rounded down (PyTorch's "nearest"). ONNX Resize (18).</summary>
    public TensorExpression ResizeNearest(PerAxis size)
    {
        var sizes = size.For(ShapeRules.SpatialAxes(this));
        var result = ShapeRules.Resize(this, sizes);
        return result.Equals(Shape) ? this : ComputeResizeNearest(sizes, result);
    }

    private protected abstract TensorExpression ComputeResizeNearest(long[] size, TensorShape result);

    /// <summary>[N, C, S] -> [N, C, size]: linear, bilinear or trilinear interpolation. ONNX Resize (18).</summary>
    /// <param name="size">The spatial sizes of the result.</param>
    /// <param name="alignCorners">Whether the corner elements, not their outer edges, are aligned.</param>
    public TensorExpression ResizeLinear(PerAxis size, bool alignCorners = false)
    {
        var sizes = size.For(ShapeRules.SpatialAxes(this));
        var result = ShapeRules.Resize(this, sizes);
        return result.Equals(Shape) ? this : ComputeResizeLinear(sizes, alignCorners, result);
    }

    private protected abstract TensorExpression ComputeResizeLinear(long[] size, bool alignCorners, TensorShape result);

    /// <summary>[N, C, S] -> [N, C, S * factor] by <see cref="ResizeNearest"/>.</summary>
    public TensorExpression UpsampleNearest(PerAxis factor) => ResizeNearest(ShapeRules.Enlarged(this, factor));

    /// <summary>[N, C, S] -> [N, C, S * factor] by <see cref="ResizeLinear"/>.</summary>
    public TensorExpression UpsampleLinear(PerAxis factor, bool alignCorners = false) =>
        ResizeLinear(ShapeRules.Enlarged(this, factor), alignCorners);

    private KernelGeometry PoolWindow(PerAxis kernel, PerAxis? stride, PerAxis? padding)
    {
        var axes = ShapeRules.SpatialAxes(this);
        return new KernelGeometry(
            kernel.For(axes), (stride ?? kernel).For(axes), (padding ?? 0).For(axes), ((PerAxis)1).For(axes), 1);
    }
}
