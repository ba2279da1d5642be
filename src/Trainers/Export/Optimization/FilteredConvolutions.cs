using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>
/// Replaces convolutions by fewer ones along their first spatial axis, as <see cref="WinogradFilter"/> gives them: groups of one
/// convolution.
/// </summary>
internal abstract class FilteredConvolutions(OnnxGraph graph) : OnnxRewriting(graph)
{
    private const long FilteredAtOnce = 4;

    /// <summary>The filter that serves, or null.</summary>
    protected WinogradFilter? FilterOf(OnnxNode convolution)
    {
        var (image, output) = (Graph.ShapeOf(convolution.Inputs[0]), Graph.ShapeOf(convolution.Output));
        return Sizes(convolution, "kernel_shape")[0] == 3 && Sizes(convolution, "strides")[0] == 1 && output[2] > 1
            && image.Channels % OnnxGraph.Block == 0 && output.Channels % OnnxGraph.Block == 0
                ? new WinogradFilter((int)Math.Min(FilteredAtOnce, output[2]), 3)
                : null;
    }

    protected static bool IsPlain(OnnxNode convolution) =>
        Sizes(convolution, "dilations").All(step => step == 1) && convolution.Attribute("group") is 1L;

    /// <summary>Weight and bias of the groups: [outputs, inputs, taps, ...] -> [products outputs, inputs, ...].</summary>
    protected string[] Filtered(OnnxNode convolution, string weight, string? bias, long[] flatKernel, WinogradFilter filter)
    {
        var (image, output, name) = (Graph.ShapeOf(convolution.Inputs[0]), Graph.ShapeOf(convolution.Output), convolution.Output);
        var matrix = new float[filter.Products, filter.Taps];
        for (var at = 0; at < matrix.Length; at++)
        {
            matrix[at / filter.Taps, at % filter.Taps] = (float)filter.OfKernel[at / filter.Taps, at % filter.Taps];
        }

        // One product over all weights, as ONNX Runtime computes this once for each session: a product for each pair of channels takes
        // twenty times as long.
        var taps = Reshape($"{name}:taps", weight, 0, 0, filter.Taps, flatKernel.Aggregate(1L, (product, size) => product * size));
        var rows = Reshape($"{name}:kernelRows", Transpose($"{name}:outward", taps, 2, 0, 1, 3), filter.Taps, -1);
        var products = Add($"{name}:kernels", "MatMul", [Graph.Matrix($"filter:{filter.Outputs}x{filter.Taps}", matrix), rows]);
        var groups = Reshape($"{name}:kernel", products, [filter.Products * output.Channels, image.Channels, .. flatKernel]);

        // The bias goes into the one product that all outputs have once.
        var (before, behind) = (filter.BiasProduct * output.Channels, (filter.Products - 1 - filter.BiasProduct) * output.Channels);
        return bias is null
            ? [groups]
            : [groups, Add($"{name}:biasOnce", "Pad", [bias, Graph.Constant([before, behind]), Graph.Constant(0.0)])];
    }

    /// <summary>The matrix that sums the products of some tiles to <paramref name="outputs"/>.</summary>
    protected string Sums(WinogradFilter filter, long tiles, long outputs)
    {
        var matrix = new float[outputs, tiles * filter.Products];
        for (long output = 0; output < outputs; output++)
        {
            var tile = output / filter.Outputs;
            for (long product = 0; product < filter.Products; product++)
            {
                matrix[output, (tile * filter.Products) + product] = (float)filter.OfProducts[output % filter.Outputs, product];
            }
        }

        return Graph.Matrix($"sums:{tiles}x{filter.Products}to{outputs}", matrix);
    }
}
