using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <content>Convolutions and pools.</content>
internal sealed partial class PartitionedExpression
{
    private protected override TensorExpression ComputeConvolution(Tensor weight, Tensor? bias, KernelGeometry window, TensorShape result)
    {
        var input = _layout.IsDividedAlong(1) ? Gathered("A convolution", 1) : this;
        return input.Slid(
            "A convolution",
            window,
            result,
            0,
            (value, padding, part) =>
                value.Convolution(
                    OnDeviceOf(part, weight),
                    bias is null ? null : OnDeviceOf(part, bias),
                    window.Stride,
                    padding,
                    window.Dilation,
                    window.Groups
                )
        );
    }

    private protected override TensorExpression ComputeMaxPool(KernelGeometry window, TensorShape result) =>
        Slid(
            "A pool",
            window,
            result,
            double.NegativeInfinity,
            (value, padding, _) => value.MaxPool(window.Kernel, window.Stride, padding)
        );

    private protected override TensorExpression ComputeAveragePool(KernelGeometry window, TensorShape result) =>
        Slid("A pool", window, result, 0, (value, padding, _) => value.AveragePool(window.Kernel, window.Stride, padding));

    private protected override TensorExpression ComputeTransposedConvolution(
        Tensor weight, Tensor? bias, KernelGeometry window, long[] outputPadding, TensorShape result)
    {
        const string Operation = "A transposed convolution";
        var input = _layout.IsDividedAlong(1) ? Gathered(Operation, 1) : this;
        var layout = input._layout.With(1, PartLayout.WholeRuns(result.Channels));
        for (var axis = 0; axis < window.Kernel.Length; axis++)
        {
            var (at, stride) = (axis + 2, window.Stride[axis]);
            layout = layout.With(at, input._layout.IsDividedAlong(at)
                ? [Bounded(input.OnlyRun(at, Operation), result[at], bound => bound * stride, Operation)]
                : PartLayout.WholeRuns(result[at]));
        }

        return Give(layout, part => input.Spread(part, weight, bias, window, outputPadding, layout));
    }

    // What a window reads for a part's share of the result comes from the parts around; at the border of the image it is what the operation
    // puts there.
    private PartitionedExpression Slid(
        string operation,
        KernelGeometry window,
        TensorShape result,
        double fill,
        Func<TensorExpression, long[], int, TensorExpression> compute
    )
    {
        var layout = _layout.IsDividedAlong(1) ? _layout : _layout.With(1, PartLayout.WholeRuns(result.Channels));
        for (var axis = 0; axis < window.Kernel.Length; axis++)
        {
            var (at, stride) = (axis + 2, window.Stride[axis]);

            // The part that has the element under a window's centre has its result.
            var centre = (window.Dilation[axis] * (window.Kernel[axis] - 1) / 2) - window.Padding[axis];
            layout = layout.With(at, _layout.IsDividedAlong(at)
                ? [Bounded(OnlyRun(at, operation), result[at], bound => CeilingOf(bound - centre, stride), operation)]
                : PartLayout.WholeRuns(result[at]));
        }

        var boxes = Enumerable.Range(0, _pass.Grid.Count).Select(part => Boxes(part, layout, window)).ToArray();
        for (var part = 0; part < boxes.Length; part++)
        {
            CountHalo(part, boxes[part]);
        }

        long[] padding = [.. window.Padding.Select((size, axis) => _layout.IsDividedAlong(axis + 2) ? 0 : size)];
        return Give(layout, part => compute(Box(part, boxes[part], fill), padding, part));
    }

    private (long From, long To)?[] Boxes(int part, PartLayout result, KernelGeometry window)
    {
        var boxes = new (long, long)?[_layout.Rank];
        for (var axis = 0; axis < window.Kernel.Length; axis++)
        {
            if (_layout.IsDividedAlong(axis + 2))
            {
                var (from, to) = result[axis + 2][0].On(_pass.Grid.CoordinatesOf(part));
                var (stride, padding) = (window.Stride[axis], window.Padding[axis]);
                boxes[axis + 2] = (
                    (from * stride) - padding,
                    ((to - 1) * stride) - padding + (window.Dilation[axis] * (window.Kernel[axis] - 1)) + 1
                );
            }
        }

        return boxes;
    }

    private void CountHalo(int part, (long From, long To)?[] boxes)
    {
        var coordinates = _pass.Grid.CoordinatesOf(part);
        var sizes = _layout.SizesOn(coordinates);
        var own = sizes.Aggregate(1L, (product, size) => product * size);
        var read = sizes
            .Select((size, at) => boxes[at] is { } box ? box.To - box.From : size)
            .Aggregate(1L, (product, size) => product * size);
        _pass.CountHalo(part, own, read);
    }

    // The inputs that reach a part's share of the result give some results more, which are cut off.
    private TensorExpression Spread(int part, Tensor weight, Tensor? bias, KernelGeometry window, long[] outputPadding, PartLayout result)
    {
        var coordinates = _pass.Grid.CoordinatesOf(part);
        var boxes = new (long From, long To)?[_layout.Rank];
        var (padding, extra) = ((long[])window.Padding.Clone(), (long[])outputPadding.Clone());
        var cuts = new List<(int Dimension, long Start, long Length)>();
        for (var axis = 0; axis < padding.Length; axis++)
        {
            if (!_layout.IsDividedAlong(axis + 2))
            {
                continue;
            }

            var (stride, shift) = (window.Stride[axis], window.Padding[axis]);
            var reach = window.Dilation[axis] * (window.Kernel[axis] - 1);
            var (from, to) = result[axis + 2][0].On(coordinates);
            var last = Shape[axis + 2] - 1;
            var first = Math.Clamp(reach >= stride - 1 ? CeilingOf(from + shift - reach, stride) : FloorOf(from + shift, stride), 0, last);
            var end = Math.Clamp(FloorOf(to - 1 + shift, stride), first, last);
            boxes[axis + 2] = (first, end + 1);
            padding[axis] = 0;
            extra[axis] = Math.Max(0, to - 1 - ((end * stride) - shift + reach));
            cuts.Add((axis + 2, from - ((first * stride) - shift), to - from));
        }

        CountHalo(part, boxes);
        var spread = Box(part, boxes, 0)
            .TransposedConvolution(
                OnDeviceOf(part, weight),
                bias is null ? null : OnDeviceOf(part, bias),
                window.Stride,
                padding,
                extra,
                window.Dilation,
                window.Groups
            );
        return cuts.Aggregate(spread, (value, cut) => value.Slice(cut.Dimension, cut.Start, cut.Length));
    }
}
