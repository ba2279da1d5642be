using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <summary>Reads boxes of a divided value, on any device, from the parts that hold them.</summary>
/// <param name="grid">The parts.</param>
/// <param name="runs">Each dimension of the parts' tensors.</param>
/// <param name="tensorOf">The tensor of a part.</param>
internal sealed class PartReader(PartitionGrid grid, IReadOnlyList<PositionRun> runs, Func<int, Tensor> tensorOf)
{
    /// <summary>Reads a box; copies only where it lies on several parts, on another device or beyond the value.</summary>
    /// <param name="reader">The part that reads; along axes that do not divide the value, its own coordinates say who is asked.</param>
    /// <param name="box">From where to where along each dimension; below 0 and beyond the size it is filled.</param>
    /// <param name="fill">With what.</param>
    public Tensor Read(int reader, IReadOnlyList<(long From, long To)> box, double fill)
    {
        var count = runs.Count;
        return Read(0, [.. grid.CoordinatesOf(reader)], new long[count], new long[count], new Reading(box, grid.DeviceOf(reader), fill));
    }

    private Tensor Read(int dimension, int[] at, long[] starts, long[] lengths, Reading reading)
    {
        if (dimension == runs.Count)
        {
            var tensor = tensorOf(grid.IndexOf(at));
            for (var axis = 0; axis < starts.Length; axis++)
            {
                tensor =
                    starts[axis] == 0 && lengths[axis] == tensor.shape[axis] ? tensor : tensor.narrow(axis, starts[axis], lengths[axis]);
            }

            return OnDevice(tensor, reading.Device);
        }

        var (run, pieces) = (runs[dimension], new List<Tensor>());
        var (from, to) = (Math.Max(0, reading.Box[dimension].From), Math.Min(run.Size, reading.Box[dimension].To));
        for (var part = 0; part < (run.IsDivided ? grid.Sizes[run.Axis] : 1); part++)
        {
            if (run.IsDivided)
            {
                at[run.Axis] = part;
            }

            var own = run.On(at);
            var (first, last) = (Math.Max(from, own.From), Math.Min(to, own.To));
            if (first < last)
            {
                (starts[dimension], lengths[dimension]) = (first - own.From, last - first);
                pieces.Add(Read(dimension + 1, at, starts, lengths, reading));
            }
        }

        return Joined(pieces, dimension, from - reading.Box[dimension].From, reading.Box[dimension].To - to, reading.Fill);
    }

    private static Tensor Joined(List<Tensor> pieces, int dimension, long before, long after, double fill)
    {
        var model = pieces[0];
        if (before > 0)
        {
            pieces.Insert(0, Filled(model, dimension, before, fill));
        }

        if (after > 0)
        {
            pieces.Add(Filled(model, dimension, after, fill));
        }

        return pieces.Count == 1 ? model : torch.cat(pieces.ToArray(), dimension);
    }

    private static Tensor Filled(Tensor model, int dimension, long length, double fill)
    {
        var sizes = model.shape;
        sizes[dimension] = length;
        return torch.full(sizes, Number(fill), model.dtype, model.device);
    }

    /// <summary>A tensor on a device; itself if it is there. Gradients flow back.</summary>
    public static Tensor OnDevice(Tensor tensor, torch.Device device) =>
        PartitionGrid.AreSame(tensor.device, device) ? tensor : tensor.to(device);

    private sealed record Reading(IReadOnlyList<(long From, long To)> Box, torch.Device Device, double Fill);
}
