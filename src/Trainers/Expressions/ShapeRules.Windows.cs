using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <content>Convolutions, pools and resizing.</content>
internal static partial class ShapeRules
{
    public static int SpatialAxes(TensorExpression value) =>
        value.Shape.Rank is >= 3 and <= 5
            ? value.Shape.Rank - 2
            : throw new ArgumentException(
                $"A value of shape {value.Shape} has no spatial axes to slide over. Give [batch, "
                    + "channels, ...] with one to three spatial sizes."
            );

    public static int[] SpatialDimensions(TensorExpression value) => [.. Enumerable.Range(2, SpatialAxes(value))];

    public static TensorShape Convolution(TensorExpression input, Tensor weight, KernelGeometry window)
    {
        var shape = input.Shape;
        var kernel = weight.shape;
        CheckKernel(input, kernel, "convolution");
        CheckWindow(window, "convolution");
        CheckChannels(shape, kernel[1] * window.Groups, "convolution");
        return Windows(shape, kernel[0], window, "convolution");
    }

    public static TensorShape TransposedConvolution(TensorExpression input, Tensor weight, KernelGeometry window, long[] outputPadding)
    {
        var shape = input.Shape;
        var kernel = weight.shape;
        CheckKernel(input, kernel, "transposed convolution");
        CheckWindow(window, "transposed convolution");
        CheckChannels(shape, kernel[0], "transposed convolution");
        var result = shape.ToArray();
        result[1] = kernel[1] * window.Groups;
        for (var axis = 0; axis < window.Kernel.Length; axis++)
        {
            var size = ((shape[axis + 2] - 1) * window.Stride[axis]) - (2 * window.Padding[axis])
                + (window.Dilation[axis] * (window.Kernel[axis] - 1)) + outputPadding[axis] + 1;
            result[axis + 2] = size > 0 ? size : throw TooSmall(shape, window, "transposed convolution");
        }

        return new TensorShape(result);
    }

    public static TensorShape Pool(TensorExpression input, KernelGeometry window)
    {
        CheckWindow(window, "pool");
        return Windows(input.Shape, Channels(input.Shape), window, "pool");
    }

    public static PerAxis BlockSizes(TensorExpression input, PerAxis size)
    {
        var spatial = input.Shape.Spatial;
        var wanted = size.For(SpatialAxes(input));
        for (var axis = 0; axis < spatial.Length; axis++)
        {
            if (wanted[axis] < 1 || spatial[axis] % wanted[axis] != 0)
            {
                throw new ArgumentException(
                    $"{Sizes(spatial)} cannot be averaged to {Sizes(wanted)}: each side must be a multiple of the wanted one. " +
                    "Use other sizes, or resize.");
            }

            wanted[axis] = spatial[axis] / wanted[axis];
        }

        return wanted;
    }

    public static TensorShape Resize(TensorExpression input, long[] size)
    {
        if (size.Any(side => side < 1))
        {
            throw new ArgumentException($"A resize to {Sizes(size)} was asked for; each side must be at least 1.");
        }

        return new TensorShape([.. input.Shape.Dimensions[..2], .. size]);
    }

    public static PerAxis Enlarged(TensorExpression input, PerAxis factor)
    {
        var factors = factor.For(SpatialAxes(input));
        return input.Shape.Spatial.Zip(factors, (side, times) => side * times).ToArray();
    }

    private static TensorShape Windows(TensorShape shape, long channels, KernelGeometry window, string operation)
    {
        var result = shape.ToArray();
        result[1] = channels;
        for (var axis = 0; axis < window.Kernel.Length; axis++)
        {
            var reach = (window.Dilation[axis] * (window.Kernel[axis] - 1)) + 1;
            var room = shape[axis + 2] + (2 * window.Padding[axis]) - reach;
            result[axis + 2] = room >= 0 ? (room / window.Stride[axis]) + 1 : throw TooSmall(shape, window, operation);
        }

        return new TensorShape(result);
    }

    private static void CheckKernel(TensorExpression input, long[] kernel, string operation)
    {
        if (kernel.Length != input.Shape.Rank)
        {
            throw new ArgumentException(
                $"The input has shape {input.Shape}; this {operation} was built for {kernel.Length - 2} spatial axes. "
                    + $"Give a value with {kernel.Length} dimensions, or build the network with "
                    + $"{Math.Max(0, input.Shape.Rank - 2)} spatial axes."
            );
        }
    }

    private static void CheckWindow(KernelGeometry window, string operation)
    {
        if (window.Kernel.Any(k => k < 1) || window.Stride.Any(s => s < 1) || window.Dilation.Any(d => d < 1)
            || window.Padding.Any(p => p < 0) || window.Groups < 1)
        {
            throw new ArgumentException(
                $"A {operation} has kernel {Sizes(window.Kernel)}, stride {Sizes(window.Stride)}, dilation {Sizes(window.Dilation)}, " +
                $"padding {Sizes(window.Padding)} and {window.Groups} groups. Padding must be 0 or more, the others 1 or more.");
        }
    }

    private static void CheckChannels(TensorShape shape, long expected, string operation)
    {
        if (Channels(shape) != expected)
        {
            throw new ArgumentException(
                $"The input has {shape.Channels} channels; this {operation} was built for {expected}. " +
                "Give that many channels, or build it for another number.");
        }
    }

    private static ArgumentException TooSmall(TensorShape shape, KernelGeometry window, string operation) => new(
        $"A {operation} with kernel {Sizes(window.Kernel)}, stride {Sizes(window.Stride)} and padding {Sizes(window.Padding)} " +
        $"has nothing to write for {Sizes(shape.Spatial)}. Use a larger patch or a network of less depth.");
}
