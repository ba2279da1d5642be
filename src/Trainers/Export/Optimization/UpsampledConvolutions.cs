using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>Writes 2D convolutions of linearly enlarged features so that their products are taken before the enlarging.</summary>
/// <remarks>
/// Both are linear, and one works on the channels where the other works on the places. So the taps of the kernel are applied to the
/// small features, as one matrix product, and two more, along the height and the width, enlarge what each tap gives, shift it, and sum:
/// a quarter of the products for twice the size, no enlarged features in memory, and the weights as they are. Where enlarged features
/// are joined with others, those keep a convolution of their own, and the results are added.
/// </remarks>
internal sealed class UpsampledConvolutions(OnnxGraph graph) : OnnxRewriting(graph)
{
    // Below, what is saved is no more than what the sums after it cost.
    private const long LeastChannels = 128;

    // Matrices along an axis are mostly zeros where they are large; windows, on the other hand, overlap in what they read.
    private const long MostRows = 32;
    private const long MostColumns = 64;

    protected override bool CanRewrite(OnnxNode convolution) =>
        Sizes(convolution, "kernel_shape") is [1, 1] or [3, 3]
        && Sizes(convolution, "kernel_shape") is [var taps, _]
        && Sizes(convolution, "strides").All(stride => stride == 1)
        && Sizes(convolution, "dilations").All(step => step == 1)
        && Sizes(convolution, "pads").All(pad => pad == taps / 2)
        && convolution.Attribute("group") is 1L
        && PartsOf(convolution).Any(part => part.IsEnlarged);

    protected override void Write(OnnxNode convolution, string weight, string? bias, bool activate, string result)
    {
        var (name, channels) = (convolution.Output, Graph.ShapeOf(convolution.Output).Channels);
        var parts = PartsOf(convolution);
        var plain = parts.Where(part => !part.IsEnlarged).ToArray();
        var sum = plain.Length > 0 ? Convolve(convolution, plain, weight, bias) : null;
        foreach (var (at, part) in parts.Index().Where(entry => entry.Item.IsEnlarged))
        {
            var enlarged = Enlarge($"{name}:{at}", convolution, part, WeightsOf($"{name}:{at}", weight, part));
            sum = sum is null ? enlarged : Add($"{name}:sum{at}", "Add", [sum, enlarged]);
        }

        if (sum is null)
        {
            throw new InvalidOperationException($"{name} has no enlarged input.");
        }

        var complete = plain.Length == 0 && bias is not null
            ? Add($"{name}:shifted", "Add", [sum, Reshape($"{name}:perChannel", bias, channels, 1, 1)])
            : sum;
        Add(result, activate ? "Relu" : "Identity", [complete]);
    }

    // Inputs that are joined in the channels, each before its enlarging where that saves time.
    private List<Part> PartsOf(OnnxNode convolution)
    {
        var input = convolution.Inputs[0];
        var joined = Producer(input) is { Operator: "Concat" } concat && concat.Attribute("axis") is 1L ? concat.Inputs : [input];
        var (parts, first) = (new List<Part>(), 0L);
        foreach (var edge in joined)
        {
            var channels = Graph.ShapeOf(edge).Channels;
            var resize = Producer(edge) is { Operator: "Resize" } node && node.Attribute("mode") is "linear" ? node : null;
            parts.Add(resize is not null && IsGain(convolution, resize)
                ? new(resize.Inputs[0], first, channels, true, resize.Attribute("coordinate_transformation_mode") is "align_corners")
                : new(edge, first, channels, false, false));
            first += channels;
        }

        return parts;
    }

    private bool IsGain(OnnxNode convolution, OnnxNode resize)
    {
        var (small, output) = (Graph.ShapeOf(resize.Inputs[0]), Graph.ShapeOf(convolution.Output));
        var isWide = Sizes(convolution, "kernel_shape")[0] == 1
            ? small.Channels >= output.Channels && IsReadOnce(resize.Output)
            : small.Channels >= LeastChannels;
        return isWide && output[2] >= 2 * small[2] && output[3] >= 2 * small[3];
    }

    private string Convolve(OnnxNode convolution, Part[] parts, string weight, string? bias)
    {
        var (name, image, output) = (convolution.Output, Graph.ShapeOf(convolution.Inputs[0]).ToArray(), Graph.ShapeOf(convolution.Output));
        var input = Joined($"{name}:plain", 1, parts.Select(part => part.Edge));
        image[1] = parts.Sum(part => part.Channels);
        Graph.Describe(input, new TensorShape(image));
        Graph.Describe($"{name}:convolved", output);
        var weights = Joined($"{name}:plainWeights", 1, parts.Select((part, at) => WeightsOf($"{name}:plain{at}", weight, part)));
        return Add($"{name}:convolved", "Conv", bias is null ? [input, weights] : [input, weights, bias], [.. convolution.Attributes]);
    }

    private string WeightsOf(string name, string weight, Part part) =>
        Add(
            $"{name}:weights",
            "Slice",
            [weight, Graph.Constant([part.First]), Graph.Constant([part.First + part.Channels]), Graph.Constant([1])]
        );

    private string Enlarge(string name, OnnxNode convolution, Part part, string weights)
    {
        var (small, output, taps) = (Graph.ShapeOf(part.Edge), Graph.ShapeOf(convolution.Output), Sizes(convolution, "kernel_shape")[0]);
        var rows = TapWindow.Cut(small[2], output[2], taps, part.AlignCorners, MostRows);
        var columns = TapWindow.Cut(small[3], output[3], taps, part.AlignCorners, MostColumns);
        var matrices = TapsOf(name, weights, part, output.Channels, taps);

        // Channels last, so that all products are large, and taps stand beside the places that they meet.
        var last = Transpose($"{name}:last", part.Edge, 0, 2, 3, 1);
        var enlarged = Joined(
            $"{name}:rows",
            1,
            rows.Select(
                (row, down) =>
                    Joined(
                        $"{name}:columns{down}",
                        2,
                        columns.Select(
                            (column, right) =>
                            {
                                var at = $"{down},{right}";
                                var cut =
                                    row.Length == small[2] && column.Length == small[3]
                                        ? last
                                        : Add(
                                            $"{name}:cut{at}",
                                            "Slice",
                                            [
                                                last,
                                                Graph.Constant([row.First, column.First]),
                                                Graph.Constant([row.First + row.Length, column.First + column.Length]),
                                                Graph.Constant([1, 2]),
                                            ]
                                        );
                                var places = Reshape($"{name}:places{at}", cut, 0, row.Length * column.Length, part.Channels);

                                // [N, taps and rows, columns and taps and outputs].
                                var tapped = Joined(
                                    $"{name}:tapped{at}",
                                    1,
                                    matrices.Select(
                                        (matrix, tap) =>
                                            Reshape(
                                                $"{name}:byRow{at},{tap}",
                                                Add($"{name}:tap{at},{tap}", "MatMul", [places, matrix]),
                                                0,
                                                row.Length,
                                                column.Length * taps * output.Channels
                                            )
                                    )
                                );
                                var high = Add($"{name}:high{at}", "MatMul", [Graph.Matrix(row.Name, row.TapsFirst), tapped]);
                                var byColumn = Reshape($"{name}:byColumn{at}", high, 0, row.Outputs, column.Length * taps, output.Channels);
                                return Add(
                                    $"{name}:window{at}",
                                    "MatMul",
                                    [Graph.Matrix($"{column.Name},last", column.TapsLast), byColumn]
                                );
                            }
                        )
                    )
            )
        );
        return Transpose($"{name}:enlarged", enlarged, 0, 3, 1, 2);
    }

    // [outputs, inputs, rows, columns] -> for each row of taps [inputs, columns outputs].
    private IEnumerable<string> TapsOf(string name, string weights, Part part, long outputs, long taps)
    {
        var all = Reshape($"{name}:taps", Transpose($"{name}:turned", weights, 2, 1, 3, 0), taps * part.Channels, taps * outputs);
        return [.. Enumerable.Range(0, (int)taps).Select(tap => taps == 1 ? all : Add(
            $"{name}:tap{tap}",
            "Slice",
            [all, Graph.Constant([tap * part.Channels]), Graph.Constant([(tap + 1) * part.Channels]), Graph.Constant([0])]))];
    }

    private string Joined(string name, long axis, IEnumerable<string> edges) =>
        edges.ToArray() is var all && all is [var only] ? only : Add(name, "Concat", all, ("axis", axis));

    /// <summary>Some of the channels of a convolution's input.</summary>
    private sealed record Part(string Edge, long First, long Channels, bool IsEnlarged, bool AlignCorners);
}
