using TorchSharp;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <content>Convolutions, pools and resizing.</content>
public sealed partial class TorchValue
{
    private protected override Value ComputeConvolution(Tensor weight, Tensor? bias, Window window, ValueShape result)
    {
        var (stride, padding, dilation) = (window.Stride, window.Padding, window.Dilation);
        var tensor = stride.Length switch
        {
            1 => functional.conv1d(Tensor, weight, bias, stride[0], padding[0], dilation[0], window.Groups),
            2 => functional.conv2d(Tensor, weight, bias, stride, padding, dilation, window.Groups),
            _ => functional.conv3d(Tensor, weight, bias, stride, padding, dilation, window.Groups),
        };
        return new TorchValue(tensor, result);
    }

    private protected override Value ComputeTransposedConvolution(
        Tensor weight, Tensor? bias, Window window, long[] outputPadding, ValueShape result)
    {
        var (stride, padding, dilation) = (window.Stride, window.Padding, window.Dilation);
        var tensor = stride.Length switch
        {
            1 => functional.conv_transpose1d(
                Tensor, weight, bias, stride[0], padding[0], outputPadding[0], dilation[0], window.Groups),
            2 => functional.conv_transpose2d(Tensor, weight, bias, stride, padding, outputPadding, dilation, window.Groups),
            _ => functional.conv_transpose3d(Tensor, weight, bias, stride, padding, outputPadding, dilation, window.Groups),
        };
        return new TorchValue(tensor, result);
    }

    private protected override Value ComputeMaxPool(Window window, ValueShape result)
    {
        var (kernel, stride, padding, dilation) = (window.Kernel, window.Stride, window.Padding, window.Dilation);
        var tensor = kernel.Length switch
        {
            1 => functional.max_pool1d(Tensor, kernel[0], stride[0], padding[0], dilation[0]),
            2 => functional.max_pool2d(Tensor, kernel, stride, padding, dilation),
            _ => functional.max_pool3d(Tensor, kernel, stride, padding, dilation),
        };
        return new TorchValue(tensor, result);
    }

    private protected override Value ComputeAveragePool(Window window, ValueShape result)
    {
        var (kernel, stride, padding) = (window.Kernel, window.Stride, window.Padding);
        var tensor = kernel.Length switch
        {
            1 => functional.avg_pool1d(Tensor, kernel[0], stride[0], padding[0]),
            2 => functional.avg_pool2d(Tensor, kernel, stride, padding),
            _ => functional.avg_pool3d(Tensor, kernel, stride, padding),
        };
        return new TorchValue(tensor, result);
    }

    private protected override Value ComputeResizeNearest(long[] size, ValueShape result) =>
        new TorchValue(functional.interpolate(Tensor, size, null, torch.InterpolationMode.Nearest), result);

    private protected override Value ComputeResizeLinear(long[] size, bool alignCorners, ValueShape result)
    {
        var mode = size.Length switch
        {
            1 => torch.InterpolationMode.Linear,
            2 => torch.InterpolationMode.Bilinear,
            _ => torch.InterpolationMode.Trilinear,
        };
        return new TorchValue(functional.interpolate(Tensor, size, null, mode, alignCorners), result);
    }
}
