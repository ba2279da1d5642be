using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

/// <content>Convolutions, pools and resizing.</content>
internal sealed partial class OnnxExpression
{
    private const long LongestMixedRow = 128;

    private protected override TensorExpression ComputeConvolution(
        Tensor weight,
        Tensor? bias,
        KernelGeometry window,
        TensorShape result
    ) => Give(result, "Conv", Inputs(weight, bias), Attributes(window));

    private protected override TensorExpression ComputeTransposedConvolution(
        Tensor weight, Tensor? bias, KernelGeometry window, long[] outputPadding, TensorShape result) =>
        TilesApart(window, outputPadding)
            ? Tiles(weight, bias, window.Kernel, result)
            : Give(result, "ConvTranspose", Inputs(weight, bias), [.. Attributes(window), ("output_padding", outputPadding)]);

    // Each input position gives a box of outputs of its own, as in most decoders.
    private static bool TilesApart(KernelGeometry window, long[] outputPadding) => window.Kernel.SequenceEqual(window.Stride)
        && window.Padding.Concat(outputPadding).All(size => size == 0) && window.Dilation.All(step => step == 1) && window.Groups == 1;

    // That is a matrix product whose results are put in place, many times faster than ONNX Runtime's ConvTranspose.
    private OnnxExpression Tiles(Tensor weight, Tensor? bias, long[] kernel, TensorShape result)
    {
        var (size, axes) = (Shape.Spatial, kernel.Length);
        var positions = _graph.Add("Reshape", [Name, _graph.Constant([0, Shape.Channels, Product(size)])]);
        var columns = _graph.Add("Reshape", [_graph.Parameter(weight), _graph.Constant([Shape.Channels, -1])]);
        var matrix = _graph.Add("Transpose", [columns], ("perm", new long[] { 1, 0 }));
        var boxes = _graph.Add("MatMul", [matrix, positions]);

        // [N, outputs, kernel, S] -> [N, outputs, S and kernel in turn]. A transposition that moves single numbers is slow, so the
        // kernel stays before the positions in the last axis, where a product with a matrix of zeros and ones mixes them.
        var mixes = kernel[^1] > 1 && result[^1] <= LongestMixedRow;
        var apart = _graph.Add("Reshape", [boxes, _graph.Constant([0, result.Channels, .. kernel, .. size])]);
        var order = Enumerable.Range(0, axes).SelectMany(
            axis => mixes && axis == axes - 1 ? new long[] { axis + 2, axis + axes + 2 } : [axis + axes + 2, axis + 2]);
        var placed = _graph.Add("Transpose", [apart], ("perm", new long[] { 0, 1 }.Concat(order).ToArray()));
        var output = Give(result, "Reshape", [placed, _graph.Constant([0, .. result.ToArray()[1..]])]);
        if (mixes)
        {
            output = Give(result, "MatMul", [output.Name, MixingMatrix(kernel[^1], size[^1])]);
        }

        return bias is null ? output : Give(result, "Add", [output.Name, output.PerChannel(_graph.Parameter(bias), result.Channels)]);
    }

    private string MixingMatrix(long kernel, long positions)
    {
        var numbers = new float[kernel * positions, kernel * positions];
        for (long at = 0; at < kernel * positions; at++)
        {
            numbers[(at % kernel * positions) + (at / kernel), at] = 1;
        }

        return _graph.Matrix($"mixing:{kernel}x{positions}", numbers);
    }

    private protected override TensorExpression ComputeMaxPool(KernelGeometry window, TensorShape result) => Give(
        result, "MaxPool", [Name], ("kernel_shape", window.Kernel), ("strides", window.Stride), ("pads", window.Pads));

    private protected override TensorExpression ComputeAveragePool(KernelGeometry window, TensorShape result) => Give(
        result,
        "AveragePool",
        [Name],
        ("kernel_shape", window.Kernel),
        ("strides", window.Stride),
        ("pads", window.Pads),
        ("count_include_pad", 1L));

    private protected override TensorExpression ComputeResizeNearest(long[] size, TensorShape result) => Resize(
        size, result, ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));

    private protected override TensorExpression ComputeResizeLinear(long[] size, bool alignCorners, TensorShape result) => size.Length == 3
        ? ResizeByMatrices(size, alignCorners, result)
        : Resize(size, result, ("mode", "linear"), ("coordinate_transformation_mode", alignCorners ? "align_corners" : "half_pixel"));

    // Axis by axis, from the last, whose values are fewest: a product with a matrix of weights is far faster than ONNX Runtime's
    // Resize in three dimensions.
    private OnnxExpression ResizeByMatrices(long[] size, bool alignCorners, TensorShape result)
    {
        var sides = Shape.Spatial;
        var name = Name;
        for (var axis = sides.Length - 1; axis >= 0; axis--)
        {
            var (from, to) = (sides[axis], size[axis]);
            if (from == to)
            {
                continue;
            }

            var isLast = axis == sides.Length - 1;
            var weights = InterpolationMatrix(from, to, alignCorners, transposed: isLast);
            if (isLast)
            {
                name = _graph.Add("MatMul", [name, weights]);
            }
            else
            {
                // [N, C, what is before, axis, what is behind], as a product works on the last two.
                var (before, behind) = (sides[..axis], Product(sides[(axis + 1)..]));
                var lines = _graph.Add("Reshape", [name, _graph.Constant([0, Shape.Channels, .. before, from, behind])]);
                name = _graph.Add("MatMul", [weights, lines]);
            }

            sides[axis] = to;
        }

        return Give(result, "Reshape", [name, _graph.Constant([0, Shape.Channels, .. size])]);
    }

    private string InterpolationMatrix(long from, long to, bool alignCorners, bool transposed)
    {
        var weights = LinearInterpolation.Matrix(from, to, alignCorners);
        var numbers = transposed ? new float[from, to] : new float[to, from];
        for (long at = 0; at < to; at++)
        {
            for (long source = 0; source < from; source++)
            {
                numbers[transposed ? source : at, transposed ? at : source] = (float)weights[at, source];
            }
        }

        return _graph.Matrix($"interpolation:{from}to{to}{(alignCorners ? ",corners" : "")}{(transposed ? ",transposed" : "")}", numbers);
    }

    private static long Product(long[] sizes) => sizes.Aggregate(1L, (product, size) => product * size);

    // By whole factors where the channels fill ONNX Runtime's blocks, as it resizes those by factors only; or else to sizes, with only the
    // spatial axes named, so that the batch stays open. The empty inputs are the region and the factors.
    private OnnxExpression Resize(long[] size, TensorShape result, params (string Name, object Value)[] attributes)
    {
        var sides = Shape.Spatial;
        if (size.Length == 2 && Shape.Channels % OnnxGraph.Block == 0 && size[0] % sides[0] == 0 && size[1] % sides[1] == 0)
        {
            return Give(result, "Resize", [Name, string.Empty, _graph.Factors([1, 1, size[0] / sides[0], size[1] / sides[1]])], attributes);
        }

        var axes = Enumerable.Range(2, size.Length).Select(axis => (long)axis).ToArray();
        return Give(result, "Resize", [Name, string.Empty, string.Empty, _graph.Constant(size)], [.. attributes, ("axes", axes)]);
    }

    private static (string Name, object Value)[] Attributes(KernelGeometry window) =>
    [
        ("kernel_shape", window.Kernel),
        ("strides", window.Stride),
        ("pads", window.Pads),
        ("dilations", window.Dilation),
        ("group", window.Groups),
    ];
}
