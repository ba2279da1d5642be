using Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;
using Microsoft.ML.MedicalSegmentation.Losses;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Partitioning;

/// <summary>A loss over predictions that lie in parts: the parts' sums are added on the home device.</summary>
/// <remarks>
/// A network's own rule of adding losses up runs unchanged: it gets stand-ins for its predictions, which take no memory, and hands them to
/// this loss, which has the parts that they stand for. A stand-in holds NaN, so that a rule that computes with it gives no number.
/// </remarks>
internal sealed record PartitionedLoss : Loss
{
    private readonly Loss _loss;
    private readonly PartitionGrid _grid;
    private readonly List<(Tensor StandIn, PartitionedExpression Value)> _predictions = [];

    /// <param name="loss">What is computed.</param>
    /// <param name="grid">The parts.</param>
    /// <exception cref="ArgumentException">The loss is not a function of sums over voxels.</exception>
    public PartitionedLoss(Loss loss, PartitionGrid grid)
    {
        (_loss, _grid) = (loss, grid);
        _ = Additive(loss);
    }

    /// <summary>Whether parts can add a loss up.</summary>
    public static bool IsAdditive(Loss loss) => loss is IAdditiveLoss { IsAdditive: true };

    /// <summary>Fails for a loss that parts cannot add up.</summary>
    /// <exception cref="ArgumentException">The loss is not a function of sums over voxels.</exception>
    public static IAdditiveLoss Additive(Loss loss) =>
        loss is IAdditiveLoss { IsAdditive: true } additive
            ? additive
            : throw new ArgumentException(
                $"The loss {loss.GetType().Name} cannot be computed by parts, as it is not a function of sums over voxels. Use "
                    + "another loss, or train without Partition."
            );

    /// <summary>The stand-in for a prediction.</summary>
    public Tensor StandInFor(PartitionedExpression value)
    {
        var standIn = full([1], Number(float.NaN), ScalarType.Float32, _grid.Home).expand(value.Shape.ToArray());
        _predictions.Add((standIn, value));
        return standIn;
    }

    /// <inheritdoc/>
    protected override Tensor ComputeCore(Tensor logits, Tensor labels)
    {
        var prediction =
            _predictions.FirstOrDefault(entry => ReferenceEquals(entry.StandIn, logits)).Value
            ?? throw new InvalidOperationException(
                "The network computes a loss of something else than its predictions, which parts cannot add up. Train without Partition."
            );
        var additive = Additive(_loss);
        Tensor[]? sums = null;
        foreach (var part in Enumerable.Range(0, _grid.Count).Where(part => IsFirst(prediction.Layout, part)))
        {
            var ofPart = additive.Sums(Full(prediction.TensorOf(part)), LabelsOf(prediction.Layout, labels, part));
            var moved = Array.ConvertAll(ofPart, sum => PartReader.OnDevice(sum, _grid.Home));
            sums = sums?.Zip(moved, (sum, more) => sum.Plus(more)).ToArray() ?? moved;
        }

        return additive.FromSums(sums ?? []);
    }

    // One of the parts that hold the same elements counts, whatever their devices.
    private bool IsFirst(PartLayout layout, int part)
    {
        var axes = layout.Axes.ToList();
        var coordinates = _grid.CoordinatesOf(part);
        return Enumerable.Range(0, coordinates.Length).All(axis => axes.Contains(axis) || coordinates[axis] == 0);
    }

    private Tensor LabelsOf(PartLayout layout, Tensor labels, int part)
    {
        for (var dimension = 2; dimension < layout.Rank; dimension++)
        {
            if (layout.IsDividedAlong(dimension))
            {
                var (from, to) = layout[dimension][0].On(_grid.CoordinatesOf(part));
                labels = labels.narrow(dimension - 1, from, to - from);
            }
        }

        return PartReader.OnDevice(labels, _grid.DeviceOf(part));
    }

    private static Tensor Full(Tensor tensor) => tensor.dtype == ScalarType.BFloat16 ? tensor.to(ScalarType.Float32) : tensor;
}
