using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>Writes 3D convolutions as 2D convolutions of slices, which ONNX Runtime computes several times faster on processors.</summary>
/// <remarks>
/// <para>
/// ONNX Runtime has kernels on blocked channels for two spatial axes only; with three it copies each patch of voxels into a matrix.
/// Here the slices become images of a batch, and the taps along the depth become channels: each image holds what one output slice needs.
/// A matrix product along the depth puts it there, with zeros beyond the ends, and with the stride.
/// </para>
/// <para>
/// Where the channels fill ONNX Runtime's blocks, the taps along the depth are computed by <see cref="WinogradFilter"/>: six flat
/// convolutions, as groups of one, give four slices, and not twelve. With the products along the depth that halves the time of a
/// U-Net's convolutions. ONNX Runtime cancels the transpositions between two convolutions by itself.
/// </para>
/// <para>Large volumes are taken in windows of slices, one after the other, so that what lies between the steps stays small.</para>
/// </remarks>
internal sealed class SlicewiseConvolutions(OnnxGraph graph, bool withMinimalFilters = true) : FilteredConvolutions(graph)
{
    protected override bool CanRewrite(OnnxNode convolution) =>
        Sizes(convolution, "kernel_shape") is [> 1, _, _] && IsPlain(convolution);

    protected override void Write(OnnxNode convolution, string weight, string? bias, bool activate, string result)
    {
        var (image, output, name) = (Graph.ShapeOf(convolution.Inputs[0]), Graph.ShapeOf(convolution.Output), convolution.Output);
        var (kernel, strides, pads) = (Sizes(convolution, "kernel_shape"), Sizes(convolution, "strides"), Sizes(convolution, "pads"));
        var filter = withMinimalFilters ? FilterOf(convolution) : null;
        var parts = filter?.Products ?? kernel[0];
        var slice = image.Channels * image[3] * image[4];
        var windows = filter is null
            ? SliceWindow.Cut(image[2], output[2], strides[0], pads[0], Identity(kernel[0]), "taps", slice)
            : SliceWindow.Cut(
                image[2],
                (output[2] + filter.Outputs - 1) / filter.Outputs,
                filter.Outputs,
                pads[0],
                filter.OfInputs,
                "filter",
                slice
            );

        var weights = filter is null
            ? TapsAsChannels(name, weight, bias, kernel)
            : Filtered(convolution, weight, bias, kernel[1..], filter);
        var rows = Reshape($"{name}:rows", Transpose($"{name}:slices", convolution.Inputs[0], 0, 2, 1, 3, 4), 0, image[2], slice);
        var (computed, done) = (new List<string>(), 0L);
        foreach (var (at, window) in windows.Index())
        {
            // [N, slices, C H W] -> [N tiles, parts C, H, W].
            var cut =
                window.Length == image[2]
                    ? rows
                    : Add(
                        $"{name}:cut{at}",
                        "Slice",
                        [rows, Graph.Constant([window.First]), Graph.Constant([window.First + window.Length]), Graph.Constant([1])]
                    );
            var gathered = Add($"{name}:gathered{at}", "MatMul", [Graph.Matrix(window.Name, window.Matrix), cut]);
            var flat = Add(
                $"{name}:flat{at}",
                "Conv",
                [Reshape($"{name}:images{at}", gathered, -1, parts * image.Channels, image[3], image[4]), .. weights],
                ("kernel_shape", kernel[1..]),
                ("strides", strides[1..]),
                ("pads", new[] { pads[1], pads[2], pads[4], pads[5] }),
                ("dilations", new long[] { 1, 1 }),
                ("group", filter is null ? 1L : parts));
            var count = Math.Min(output[2] - done, window.Tiles * (filter?.Outputs ?? 1));
            computed.Add(SlicesOf($"{name}:window{at}", flat, count, output.Channels * output[3] * output[4], filter));
            done += count;
        }

        var all = computed is [var only] ? only : Add($"{name}:computed", "Concat", [.. computed], ("axis", 1L));
        var active = activate ? Add($"{name}:active", "Relu", [all]) : all;
        Transpose(result, Reshape($"{name}:bySlice", active, -1, output[2], output.Channels, output[3], output[4]), 0, 2, 1, 3, 4);
    }

    // [N tiles, products C, H, W] -> [N, slices, C H W].
    private string SlicesOf(string name, string flat, long slices, long elements, WinogradFilter? filter)
    {
        if (filter is null)
        {
            return Reshape(name, flat, -1, slices, elements);
        }

        // Tile by tile, or all tiles at once where the last one is not full.
        var tiles = (slices + filter.Outputs - 1) / filter.Outputs;
        var (together, summed) = slices % filter.Outputs == 0 ? (1, filter.Outputs) : (tiles, slices);
        var products = Reshape($"{name}:products", flat, -1, together * filter.Products, elements);
        var sums = Add($"{name}:sums", "MatMul", [Sums(filter, together, summed), products]);
        return Reshape(name, sums, -1, slices, elements);
    }

    // [outputs, inputs, D, H, W] -> [outputs, D inputs, H, W].
    private string[] TapsAsChannels(string name, string weight, string? bias, long[] kernel)
    {
        var flat = Reshape($"{name}:kernel", Transpose($"{name}:taps", weight, 0, 2, 1, 3, 4), 0, -1, kernel[1], kernel[2]);
        return bias is null ? [flat] : [flat, bias];
    }

    private static double[,] Identity(long size)
    {
        var matrix = new double[size, size];
        for (long at = 0; at < size; at++)
        {
            matrix[at, at] = 1;
        }

        return matrix;
    }
}
