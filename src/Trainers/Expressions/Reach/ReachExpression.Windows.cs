using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Reach;

/// <content>Convolutions, pools and resizing.</content>
internal sealed partial class ReachExpression
{
    private protected override TensorExpression ComputeConvolution(
        Tensor weight,
        Tensor? bias,
        KernelGeometry window,
        TensorShape result
    ) => Slid(window, result);

    private protected override TensorExpression ComputeMaxPool(KernelGeometry window, TensorShape result) => Slid(window, result);

    private protected override TensorExpression ComputeAveragePool(KernelGeometry window, TensorShape result) => Slid(window, result);

    // Element o gets what elements from (o + padding - reach) / stride to (o + padding) / stride spread.
    private protected override TensorExpression ComputeTransposedConvolution(
        Tensor weight, Tensor? bias, KernelGeometry window, long[] outputPadding, TensorShape result) => WithAxes(result, (axis, reach) =>
        {
            var (stride, padding) = ((double)window.Stride[axis], window.Padding[axis]);
            return reach.Through(1 / stride, (padding - (window.Dilation[axis] * (window.Kernel[axis] - 1))) / stride, padding / stride);
        });

    private protected override TensorExpression ComputeResizeNearest(long[] size, TensorShape result) =>
        WithAxes(
            result,
            (axis, reach) =>
                Factor(axis, size[axis]) is var factor && factor >= 1
                    ? reach.Through(1 / factor, (1 - factor) / factor, 0)
                    : reach.Through(1 / factor, -1, 0)
        );

    private protected override TensorExpression ComputeResizeLinear(long[] size, bool alignCorners, TensorShape result)
    {
        if (alignCorners)
        {
            _pass.DependOnAll("a resize with aligned corners, whose places depend on the size of the image");
        }

        return WithAxes(result, (axis, reach) =>
        {
            var factor = Factor(axis, size[axis]);
            return factor == 1 ? reach : reach.Through(1 / factor, (0.5 / factor) - 1.5, (0.5 / factor) + 0.5);
        });
    }

    private ReachExpression Slid(KernelGeometry window, TensorShape result) => WithAxes(result, (axis, reach) => reach.Through(
        window.Stride[axis], -window.Padding[axis], (window.Dilation[axis] * (window.Kernel[axis] - 1)) - window.Padding[axis]));

    // By how much an axis is enlarged; whole factors hold for every size.
    private double Factor(int axis, long size)
    {
        if (size % Shape[axis + 2] != 0)
        {
            _pass.DependOnAll($"a resize from {Shape[axis + 2]} to {size}, whose ratio depends on the size of the image");
        }

        return (double)size / Shape[axis + 2];
    }
}
