using System.Numerics.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Multiplies a channel by a smooth field, as coils of MR scanners do that receive some places better than others.</summary>
/// <remarks>
/// The logarithm of the field is a polynomial of the place, whose coordinates run from -1 to 1. Sudre et al. 2017,
/// https://doi.org/10.1007/978-3-319-68127-6_2; Van Leemput et al. 1999, https://doi.org/10.1109/42.811268. Differs: the distance to the
/// darkest voxel is multiplied, as normalised voxels are negative too.
/// </remarks>
public sealed record BiasField : PatchAugmentation
{
    /// <summary>Creates a field with probability 0.15.</summary>
    public BiasField() => Probability = 0.15;

    /// <summary>The highest sum of the exponents of a term.</summary>
    /// <value>1 to 5. Default: 3.</value>
    public int Order { get; init; } = 3;

    /// <summary>The largest coefficient of a term, of either sign.</summary>
    /// <value>0 to 2. Default: 0.3.</value>
    public double MaximumCoefficient { get; init; } = 0.3;

    /// <inheritdoc/>
    protected internal override void Apply(TrainingPatch patch, PatchRandom random)
    {
        for (var channel = 0; channel < patch.Shape.Channels; channel++)
        {
            Multiply(
                patch.Channel(channel),
                patch.Shape,
                [.. Terms().Select(_ => random.NextDouble(-MaximumCoefficient, MaximumCoefficient))]
            );
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Faults()
        => Limits.Faults(this, (nameof(Order), Order, 1, 5), (nameof(MaximumCoefficient), MaximumCoefficient, 0, 2));

    private IEnumerable<(int X, int Y, int Z)> Terms()
        => from x in Enumerable.Range(0, Order + 1)
           from y in Enumerable.Range(0, Order + 1 - x)
           from z in Enumerable.Range(0, Order + 1 - x - y)
           where x + y + z > 0
           select (x, y, z);

    private void Multiply(Span<float> voxels, VolumeShape shape, double[] coefficients)
    {
        var least = TensorPrimitives.Min<float>(voxels);
        var powers = Enumerable
            .Range(0, Order + 1)
            .Select(power => Coordinates(shape.Width).Select(x => (float)Math.Pow(x, power)).ToArray())
            .ToArray();
        var (ys, zs) = (Coordinates(shape.Height), Coordinates(shape.Depth));
        var field = new float[shape.Width];
        Span<double> ofX = stackalloc double[Order + 1];
        for (var row = 0; row < shape.Height * shape.Depth; row++)
        {
            // Along a row the field is a polynomial of x alone.
            ofX.Clear();
            foreach (var (term, coefficient) in Terms().Zip(coefficients))
            {
                ofX[term.X] += coefficient * Math.Pow(ys[row % shape.Height], term.Y) * Math.Pow(zs[row / shape.Height], term.Z);
            }

            Array.Clear(field);
            for (var power = 0; power <= Order; power++)
            {
                TensorPrimitives.MultiplyAdd(powers[power], (float)ofX[power], field, field);
            }

            TensorPrimitives.Exp(field, field);
            var line = voxels.Slice(row * shape.Width, shape.Width);
            TensorPrimitives.Subtract(line, least, line);
            TensorPrimitives.MultiplyAdd(line, field, least, line);
        }
    }

    private static double[] Coordinates(int count) =>
        [.. Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (2.0 * i / (count - 1)) - 1)];
}
