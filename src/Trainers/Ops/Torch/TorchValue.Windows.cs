using TorchSharp;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <content>Convolutions, pools and resizing.</content>
public sealed partial class TorchValue
{
    // The faults of libtorch 1.13.1 were met at 1 and 3.
    private const int ShortestLowRow = 8;

    private protected override Value ComputeConvolution(Tensor weight, Tensor? bias, Window window, ValueShape result)
    {
        // On processors libtorch's bfloat16 reads memory that it never wrote where rows are this short, and gives gradients of weights that are not finite.
        var isLow = Tensor.device_type != DeviceType.CPU || Shape.Spatial[^1] >= ShortestLowRow;
        var (input, kernel, offset) = isLow ? (Low(Tensor), Low(weight), LowOrNone(bias)) : (Full(Tensor), weight, bias);
        (input, kernel, offset) = ChannelBlocks.Fill(input, kernel, offset, window.Groups);
        var (stride, padding, dilation) = (window.Stride, window.Padding, window.Dilation);
        var tensor = stride.Length switch
        {
            1 => functional.conv1d(input, kernel, offset, stride[0], padding[0], dilation[0], window.Groups),
            2 => functional.conv2d(input, kernel, offset, stride, padding, dilation, window.Groups),
            _ => functional.conv3d(input, kernel, offset, stride, padding, dilation, window.Groups),
        };
        if (kernel.shape[0] != weight.shape[0])
        {
            tensor = tensor.narrow(1, 0, weight.shape[0]);
        }

        return Give(FeatureProbe.Made(weight, tensor), result);
    }

    private protected override Value ComputeTransposedConvolution(
        Tensor weight, Tensor? bias, Window window, long[] outputPadding, ValueShape result)
    {
        // On processors libtorch 1.13 takes bfloat16 weights for those of a convolution.
        var isLow = Tensor.device_type != DeviceType.CPU;
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

    private protected override Value ComputeMaxPool(Window window, ValueShape result)
    {
        var input = FullOnProcessor(Tensor);
        var (kernel, stride, padding, dilation) = (window.Kernel, window.Stride, window.Padding, window.Dilation);
        var tensor = kernel.Length switch
        {
            1 => functional.max_pool1d(input, kernel[0], stride[0], padding[0], dilation[0]),
            2 => functional.max_pool2d(input, kernel, stride, padding, dilation),
            _ => functional.max_pool3d(input, kernel, stride, padding, dilation),
        };
        return Give(tensor, result);
    }

    private protected override Value ComputeAveragePool(Window window, ValueShape result)
    {
        var input = FullOnProcessor(Tensor);
        var (kernel, stride, padding) = (window.Kernel, window.Stride, window.Padding);
        var tensor = kernel.Length switch
        {
            1 => functional.avg_pool1d(input, kernel[0], stride[0], padding[0]),
            2 => functional.avg_pool2d(input, kernel, stride, padding),
            _ => functional.avg_pool3d(input, kernel, stride, padding),
        };
        return Give(tensor, result);
    }

    private protected override Value ComputeResizeNearest(long[] size, ValueShape result) =>
        Give(functional.interpolate(FullOnProcessor(Tensor), size, null, torch.InterpolationMode.Nearest), result);

    private protected override Value ComputeResizeLinear(long[] size, bool alignCorners, ValueShape result)
    {
        var mode = size.Length switch
        {
            1 => torch.InterpolationMode.Linear,
            2 => torch.InterpolationMode.Bilinear,
            _ => torch.InterpolationMode.Trilinear,
        };
        return Give(functional.interpolate(FullOnProcessor(Tensor), size, null, mode, alignCorners), result);
    }
}
