using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <content>Convolutions, pools and resizing.</content>
public sealed partial class OnnxValue
{
    private protected override Value ComputeConvolution(Tensor weight, Tensor? bias, Window window, ValueShape result) =>
        Give(result, "Conv", Inputs(weight, bias), Attributes(window));

    private protected override Value ComputeTransposedConvolution(
        Tensor weight, Tensor? bias, Window window, long[] outputPadding, ValueShape result) =>
        Give(result, "ConvTranspose", Inputs(weight, bias), [.. Attributes(window), ("output_padding", outputPadding)]);

    private protected override Value ComputeMaxPool(Window window, ValueShape result) => Give(
        result, "MaxPool", [Name], ("kernel_shape", window.Kernel), ("strides", window.Stride), ("pads", window.Pads));

    private protected override Value ComputeAveragePool(Window window, ValueShape result) => Give(
        result,
        "AveragePool",
        [Name],
        ("kernel_shape", window.Kernel),
        ("strides", window.Stride),
        ("pads", window.Pads),
        ("count_include_pad", 1L));

    private protected override Value ComputeResizeNearest(long[] size, ValueShape result) => Resize(
        size, result, ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));

    private protected override Value ComputeResizeLinear(long[] size, bool alignCorners, ValueShape result) => Resize(
        size, result, ("mode", "linear"), ("coordinate_transformation_mode", alignCorners ? "align_corners" : "half_pixel"));

    // Only the spatial axes are named, so that the batch stays open. The two empty inputs are the region and the factors.
    private OnnxValue Resize(long[] size, ValueShape result, params (string Name, object Value)[] attributes)
    {
        var axes = Enumerable.Range(2, size.Length).Select(axis => (long)axis).ToArray();
        return Give(result, "Resize", [Name, string.Empty, string.Empty, _graph.Constant(size)], [.. attributes, ("axes", axes)]);
    }

    private static (string Name, object Value)[] Attributes(Window window) =>
    [
        ("kernel_shape", window.Kernel),
        ("strides", window.Stride),
        ("pads", window.Pads),
        ("dilations", window.Dilation),
        ("group", window.Groups),
    ];
}
