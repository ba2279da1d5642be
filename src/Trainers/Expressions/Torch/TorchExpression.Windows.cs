using TorchSharp;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <content>Convolutions, pools and resizing.</content>
internal sealed partial class TorchExpression
{
    // libtorch 2.10 was seen to fail at 1; the limit leaves a margin, as short rows gain nothing by bfloat16.
    private const int ShortestLowRow = 8;

    private protected override TensorExpression ComputeConvolution(Tensor weight, Tensor? bias, KernelGeometry window, TensorShape result)
    {
        // On processors libtorch's bfloat16 reads memory that it never wrote where rows are this short.
        var isLow = Tensor.device_type != DeviceType.CPU || Shape.Spatial[^1] >= ShortestLowRow;
        var (input, kernel, offset) = isLow ? (Low(Tensor), Low(weight), LowOrNone(bias)) : (Full(Tensor), weight, bias);
        var (stride, padding, dilation) = (window.Stride, window.Padding, window.Dilation);
        var tensor = stride.Length switch
        {
            1 => functional.conv1d(input, kernel, offset, stride[0], padding[0], dilation[0], window.Groups),
            2 => functional.conv2d(input, kernel, offset, stride, padding, dilation, window.Groups),
            _ => functional.conv3d(input, kernel, offset, stride, padding, dilation, window.Groups),
        };
        return Give(FeatureProbe.Made(weight, tensor), result);
    }

    private protected override TensorExpression ComputeTransposedConvolution(
        Tensor weight, Tensor? bias, KernelGeometry window, long[] outputPadding, TensorShape result)
    {
        var isLow = Tensor.device_type != DeviceType.CPU || Shape.Spatial[^1] >= ShortestLowRow;
        var (input, kernel, offset) = isLow ? (Low(Tensor), Low(weight), LowOrNone(bias)) : (Full(Tensor), weight, bias);
        var (stride, padding, dilation) = (window.Stride, window.Padding, window.Dilation);
        var tensor = stride.Length switch
        {
            1 => functional.conv_transpose1d(
                input, kernel, offset, stride[0], padding[0], outputPadding[0], dilation[0], window.Groups),
            2 => functional.conv_transpose2d(input, kernel, offset, stride, padding, outputPadding, dilation, window.Groups),
            _ => functional.conv_transpose3d(input, kernel, offset, stride, padding, outputPadding, dilation, window.Groups),
        };
        return Give(FeatureProbe.Made(weight, tensor), result);
    }

    private protected override TensorExpression ComputeMaxPool(KernelGeometry window, TensorShape result)
    {
        var (kernel, stride, padding, dilation) = (window.Kernel, window.Stride, window.Padding, window.Dilation);
        var tensor = kernel.Length switch
        {
            1 => functional.max_pool1d(Tensor, kernel[0], stride[0], padding[0], dilation[0]),
            2 => functional.max_pool2d(Tensor, kernel, stride, padding, dilation),
            _ => functional.max_pool3d(Tensor, kernel, stride, padding, dilation),
        };
        return Give(tensor, result);
    }

    private protected override TensorExpression ComputeAveragePool(KernelGeometry window, TensorShape result)
    {
        // On processors libtorch has no 3D average pool in bfloat16.
        var input = window.Kernel.Length == 3 && Tensor.device_type == DeviceType.CPU ? Full(Tensor) : Tensor;
        var (kernel, stride, padding) = (window.Kernel, window.Stride, window.Padding);
        var tensor = kernel.Length switch
        {
            1 => functional.avg_pool1d(input, kernel[0], stride[0], padding[0]),
            2 => functional.avg_pool2d(input, kernel, stride, padding),
            _ => functional.avg_pool3d(input, kernel, stride, padding),
        };
        return Give(tensor, result);
    }

    private protected override TensorExpression ComputeResizeNearest(long[] size, TensorShape result) =>
        Give(functional.interpolate(Tensor, size, null, torch.InterpolationMode.Nearest), result);

    private protected override TensorExpression ComputeResizeLinear(long[] size, bool alignCorners, TensorShape result)
    {
        var mode = size.Length switch
        {
            1 => torch.InterpolationMode.Linear,
            2 => torch.InterpolationMode.Bilinear,
            _ => torch.InterpolationMode.Trilinear,
        };
        return Give(functional.interpolate(Tensor, size, null, mode, alignCorners), result);
    }
}
