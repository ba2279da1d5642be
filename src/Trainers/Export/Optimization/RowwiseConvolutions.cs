using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>Writes wide 2D convolutions with half the products, by <see cref="WinogradFilter"/> along the height.</summary>
/// <remarks>
/// Six convolutions along the width, as groups of one, give four rows, and not twelve. ONNX Runtime's own kernels on blocked channels
/// compute the groups; before and after go two matrix products and two transpositions of whole rows. TransAttUNet and the
/// multi-scale dual-attention network take 0.8 of the time. The weights of these layers take twice their size in memory, as they are
/// transformed when the file is loaded.
/// </remarks>
internal sealed class RowwiseConvolutions(OnnxGraph graph) : FilteredConvolutions(graph)
{
    // Below, what is saved is no more than what the sums cost.
    private const long LeastChannels = 64;
    private const long LeastRows = 16;

    protected override bool CanRewrite(OnnxNode convolution) =>
        Sizes(convolution, "kernel_shape") is [3, 3]
        && IsPlain(convolution)
        && FilterOf(convolution) is not null
        && Graph.ShapeOf(convolution.Inputs[0]).Channels >= LeastChannels
        && Graph.ShapeOf(convolution.Output) is var output && output.Channels >= LeastChannels && output[2] >= LeastRows;

    protected override void Write(OnnxNode convolution, string weight, string? bias, bool activate, string result)
    {
        if (FilterOf(convolution) is not { } filter)
        {
            throw new InvalidOperationException($"{convolution.Output} has no filter.");
        }

        var (image, output, name) = (Graph.ShapeOf(convolution.Inputs[0]), Graph.ShapeOf(convolution.Output), convolution.Output);
        var (kernel, strides, pads) = (Sizes(convolution, "kernel_shape"), Sizes(convolution, "strides"), Sizes(convolution, "pads"));
        var weights = Filtered(convolution, weight, bias, [1, kernel[1]], filter);
        var windows = SliceWindow.Cut(
            image[2],
            (output[2] + filter.Outputs - 1) / filter.Outputs,
            filter.Outputs,
            pads[0],
            filter.OfInputs,
            "filter",
            image.Channels * image[3]
        );
        var (computed, computedRows) = (new List<string>(), 0L);
        foreach (var (at, window) in windows.Index())
        {
            // [N, C, rows, W] -> [N, C, products, tiles W] -> [N, products C, tiles, W].
            var cut =
                window.Length == image[2]
                    ? convolution.Inputs[0]
                    : Add(
                        $"{name}:cut{at}",
                        "Slice",
                        [
                            convolution.Inputs[0],
                            Graph.Constant([window.First]),
                            Graph.Constant([window.First + window.Length]),
                            Graph.Constant([2]),
                        ]
                    );
            var gathered = Add(
                $"{name}:gathered{at}",
                "MatMul",
                [Graph.Matrix($"{window.Name}:products", ByProduct(window, filter.Products)), cut]
            );
            var apart = Reshape($"{name}:apart{at}", gathered, 0, image.Channels, filter.Products, window.Tiles * image[3]);
            var groups = Reshape(
                $"{name}:groupsOf{at}",
                Transpose($"{name}:swapped{at}", apart, 0, 2, 1, 3),
                0,
                filter.Products * image.Channels,
                window.Tiles,
                image[3]
            );
            var flat = Add(
                $"{name}:flat{at}",
                "Conv",
                [groups, .. weights],
                ("kernel_shape", new[] { 1, kernel[1] }),
                ("strides", new[] { 1, strides[1] }),
                ("pads", new[] { 0, pads[1], 0, pads[3] }),
                ("dilations", new long[] { 1, 1 }),
                ("group", (long)filter.Products));

            // [N, products C, tiles, W] -> [N, rows of a tile, C, tiles, W] -> [N, C, rows, W].
            var products = Reshape($"{name}:products{at}", flat, 0, filter.Products, output.Channels * window.Tiles * output[3]);
            var sums = Add($"{name}:sums{at}", "MatMul", [Sums(filter, 1, filter.Outputs), products]);
            var tiles = Reshape($"{name}:tiles{at}", sums, 0, filter.Outputs, output.Channels, window.Tiles, output[3]);
            var rows = window.Tiles * filter.Outputs;
            computed.Add(
                Reshape($"{name}:rows{at}", Transpose($"{name}:back{at}", tiles, 0, 2, 3, 1, 4), 0, output.Channels, rows, output[3])
            );
            computedRows += rows;
        }

        var whole = computed is [var only] ? only : Add($"{name}:computed", "Concat", [.. computed], ("axis", 2L));
        var exact = computedRows == output[2] ? whole
            : Add($"{name}:exact", "Slice", [whole, Graph.Constant([0]), Graph.Constant([output[2]]), Graph.Constant([2])]);
        Add(result, activate ? "Relu" : "Identity", [exact]);
    }

    // Rows of the matrix in the order of products, then tiles.
    private static float[,] ByProduct(SliceWindow window, long products)
    {
        var matrix = new float[window.Matrix.GetLength(0), window.Matrix.GetLength(1)];
        for (long row = 0; row < matrix.GetLength(0); row++)
        {
            for (var at = 0; at < matrix.GetLength(1); at++)
            {
                matrix[row, at] = window.Matrix[(row % window.Tiles * products) + (row / window.Tiles), at];
            }
        }

        return matrix;
    }
}
