using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using TorchSharp;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <content>Resizing: the same positions and weights as in the whole image, axis by axis.</content>
internal sealed partial class PartitionedExpression
{
    private protected override TensorExpression ComputeResizeNearest(long[] size, TensorShape result) =>
        Resized(size, result, LinearTaps.Nearest, value => value.ResizeNearest(size));

    private protected override TensorExpression ComputeResizeLinear(long[] size, bool alignCorners, TensorShape result) =>
        Resized(size, result, (from, to) => LinearTaps.Linear(from, to, alignCorners), value => value.ResizeLinear(size, alignCorners));

    private PartitionedExpression Resized(
        long[] size, TensorShape result, Func<long, long, LinearTaps> tapsOf, Func<TensorExpression, TensorExpression> undivided)
    {
        const string Operation = "A resize";
        var axes = Enumerable.Range(0, size.Length).ToArray();
        if (!axes.Any(axis => _layout.IsDividedAlong(axis + 2)))
        {
            return Give(
                axes.Aggregate(_layout, (whole, axis) => whole.With(axis + 2, PartLayout.WholeRuns(size[axis]))),
                part => undivided(Part(part))
            );
        }

        var taps = Array.ConvertAll(axes, axis => tapsOf(Shape[axis + 2], size[axis]));
        var layout = _layout;
        foreach (var axis in axes)
        {
            layout = layout.With(axis + 2, _layout.IsDividedAlong(axis + 2)
                ? [Bounded(OnlyRun(axis + 2, Operation), size[axis], bound => FirstOwned(taps[axis], bound), Operation)]
                : PartLayout.WholeRuns(size[axis]));
        }

        return Give(layout, part =>
        {
            var boxes = new (long From, long To)?[_layout.Rank];
            var wanted = Array.ConvertAll(
                axes,
                axis => layout[axis + 2] is [{ } run] ? run.On(_pass.Grid.CoordinatesOf(part)) : (From: 0, To: size[axis])
            );
            foreach (var axis in axes.Where(axis => _layout.IsDividedAlong(axis + 2)))
            {
                boxes[axis + 2] = (taps[axis].First[wanted[axis].From], taps[axis].Second[wanted[axis].To - 1] + 1);
            }

            CountHalo(part, boxes);
            using var scope = torch.NewDisposeScope();
            var value = axes.Aggregate(
                Box(part, boxes, 0),
                (input, axis) => Interpolated(input, axis + 2, taps[axis], wanted[axis], boxes[axis + 2]?.From ?? 0)
            );
            scope.MoveToOuter(value.Tensor);
            return value;
        });
    }

    private TorchExpression Interpolated(TorchExpression value, int dimension, LinearTaps taps, (long From, long To) wanted, long first)
    {
        var (tensor, count) = (value.Tensor, (int)(wanted.To - wanted.From));
        torch.Tensor Indices(long[] taken) =>
            torch.tensor(Array.ConvertAll(taken.AsSpan((int)wanted.From, count).ToArray(), at => at - first)).to(tensor.device);
        var low = tensor.index_select(dimension, Indices(taps.First));
        if (taps.Share.Length == 0)
        {
            return Local(low);
        }

        long[] sizes = [count, .. Enumerable.Repeat(1L, (int)tensor.dim() - dimension - 1)];
        var share = torch.tensor(taps.Share.AsSpan((int)wanted.From, count).ToArray()).to(tensor.device).reshape(sizes);
        return Local((low * OneMinus(share)).Plus(tensor.index_select(dimension, Indices(taps.Second)) * share));
    }

    private static long FirstOwned(LinearTaps taps, long bound)
    {
        var at = 0;
        while (at < taps.First.Length && taps.Owner(at) < bound)
        {
            at++;
        }

        return at;
    }
}
