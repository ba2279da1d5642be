using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Partitioning;

/// <summary>Runs a network by parts of its image; results, losses and gradients are those of the whole image.</summary>
/// <param name="network">Its weights lie on the first device.</param>
/// <param name="options">Valid options.</param>
/// <param name="device">The device of all parts where the options name none.</param>
internal sealed class PartitionedNetwork(Network network, PartitionOptions options, Device device)
{
    private readonly Dictionary<string, PartitionPlan> _plans = [];
    private readonly PartitionGrid _grid = new(options.PartsFor(network.Options.SpatialDims), options.DevicesOr(device));

    /// <summary>Divides an image and checks, without computing, that everything the network does can be done by parts.</summary>
    /// <param name="shape">[N, C, S].</param>
    /// <exception cref="ArgumentException">
    /// The image is too small for the parts, or the network does something that parts cannot; the message names it.
    /// </exception>
    public PartitionPlan Plan(IReadOnlyList<long> shape)
    {
        var key = string.Join(",", shape);
        if (!_plans.TryGetValue(key, out var plan))
        {
            _plans.Add(key, plan = MakePlan([.. shape]));
        }

        return plan;
    }

    /// <summary>The loss of a batch, as the network adds it up over its outputs.</summary>
    /// <param name="image">[N, C, S].</param>
    /// <param name="labels">[N, S], int64.</param>
    /// <param name="loss">What is computed for each prediction.</param>
    /// <returns>A scalar on the home device that carries the gradient.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Plan"/>; or the loss is not a function of sums over voxels.</exception>
    public Tensor TrainingLoss(Tensor image, Tensor labels, Loss loss)
    {
        var plan = Plan(image.shape);
        using var scope = NewDisposeScope();
        var pass = NewPass(isPlan: false);
        var divided = new PartitionedLoss(loss, _grid);
        var output = network.ForwardTraining(
            network.Checked(PartitionedExpression.Input(pass, new TensorShape(image.shape), plan.Bounds, image))
        );
        var standIns = new NetworkOutput<Tensor>(
            StandIn(output.Logits),
            [.. output.SideLogits.Select(StandIn)],
            output.Extras.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<Tensor>)[.. entry.Value.Select(Whole)])
        );
        return scope.MoveToOuter(network.TrainingLoss(standIns, labels, divided));

        Tensor StandIn(TensorExpression value) => divided.StandInFor((PartitionedExpression)value);

        // Terms of a network's own read whole values.
        Tensor Whole(TensorExpression value) => ((PartitionedExpression)value).Assembled();
    }

    /// <summary>The logits of the whole image, on the home device.</summary>
    /// <param name="image">[N, C, S].</param>
    /// <exception cref="ArgumentException">As for <see cref="Plan"/>.</exception>
    public Tensor Forward(Tensor image)
    {
        var plan = Plan(image.shape);
        using var scope = NewDisposeScope();
        var input = PartitionedExpression.Input(NewPass(isPlan: false), new TensorShape(image.shape), plan.Bounds, image);
        var logits = ((PartitionedExpression)network.Forward(network.Checked(input))).Assembled();
        return scope.MoveToOuter(logits.dtype == ScalarType.BFloat16 ? logits.to(ScalarType.Float32) : logits);
    }

    private PartitionPlan MakePlan(long[] shape)
    {
        var reading = NetworkReading.Of(network, shape[2..]);
        var bounds = Enumerable.Range(0, _grid.Sizes.Count).Select(axis => Bounds(shape, axis, reading.Stride[axis])).ToList();
        var training = network.training;
        network.eval();
        try
        {
            var pass = NewPass(isPlan: true);
            network.ForwardTraining(network.Checked(PartitionedExpression.Input(pass, new TensorShape(shape), bounds, image: null)));
            return new(bounds, pass.Whole, pass.Numbers, pass.Halos, pass.Windows, pass.Gathered);
        }
        finally
        {
            network.train(training);
        }
    }

    private PartitionedPass NewPass(bool isPlan) => new(_grid, network.Precision, options.MaximumGathered, isPlan);

    // Parts begin at elements of the coarsest grid where there are enough of them, so that no boundary has to move between grids.
    private long[] Bounds(long[] shape, int axis, long stride)
    {
        var (size, parts) = (shape[axis + 2], _grid.Sizes[axis]);
        if ((size + stride - 1) / stride < parts)
        {
            throw new ArgumentException(
                $"Axis {axis} of the image has {size} positions, and the coarsest grid of {network.Description} one element for "
                    + $"{stride} of them; {parts} parts need at least {((parts - 1) * stride) + 1}. Use at most "
                    + $"{(size + stride - 1) / stride} parts along it (Partition.Parts), a larger patch, or a network of less depth."
            );
        }

        while (size < parts * stride)
        {
            stride = Math.Max(1, stride / 2);
        }

        var units = size / stride;
        return [.. Enumerable.Range(0, parts).Select(part => units * part / parts * stride), size];
    }
}
