namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How far the surface of a structure in a prediction lies from that in the truth: Hausdorff distances, mean distances, surface Dice.</summary>
/// <remarks>
/// <para>
/// A surface voxel has the label, and a neighbour across one of its faces has not; outside the volume nothing has it (in a volume of one slice, only neighbours
/// in the slice count). Each surface voxel has the exact distance in mm to the nearest surface voxel of the other volume, from
/// the centres, by the spacing of the truth; axes are taken as perpendicular. Border voxels of a structure count once each, whatever area they stand for.
/// </para>
/// <para>
/// Where the structure is in neither volume, every measure is NaN. Where it is in one of the two, distances are infinite and surface Dice is 0, so that no mean
/// passes over a miss silently. Definitions: Maier-Hein et al. 2024, Metrics Reloaded, https://arxiv.org/abs/2206.01653; tools differ in
/// how they form HD95, see <see cref="Hausdorff95"/> and <see cref="Hausdorff95MaximumOfDirected"/>.
/// </para>
/// </remarks>
public sealed class SurfaceDistances
{
    private readonly double[] _fromTruth;
    private readonly double[] _fromPrediction;

    private SurfaceDistances(double[] fromTruth, double[] fromPrediction)
    {
        Array.Sort(fromTruth);
        Array.Sort(fromPrediction);
        (_fromTruth, _fromPrediction) = (fromTruth, fromPrediction);
    }

    /// <summary>Distances in mm from each surface voxel of the truth to the prediction, ascending.</summary>
    public IReadOnlyList<double> FromTruth => _fromTruth;

    /// <summary>Distances in mm from each surface voxel of the prediction to the truth, ascending.</summary>
    public IReadOnlyList<double> FromPrediction => _fromPrediction;

    /// <summary>The largest distance of either surface to the other, in mm.</summary>
    public double Hausdorff => Combine((truth, prediction) => Math.Max(truth[^1], prediction[^1]));

    /// <summary>HD95: the 95th percentile of the distances of both surfaces together, in mm, interpolated linearly. As MedPy.</summary>
    public double Hausdorff95 => Combine((_, _) => Percentile(Pooled(), 95));

    /// <summary>HD95: the larger of the 95th percentiles of either surface's distances, in mm, interpolated linearly. As MONAI.</summary>
    public double Hausdorff95MaximumOfDirected =>
        Combine((truth, prediction) => Math.Max(Percentile(truth, 95), Percentile(prediction, 95)));

    /// <summary>ASSD: the mean of the distances of both surfaces together, in mm. As MedPy from 0.5 and MONAI.</summary>
    public double AverageSymmetric => Combine((_, _) => Pooled().Average());

    /// <summary>ASSD: the mean of the mean distances of either surface, in mm. As MedPy to 0.4.</summary>
    public double AverageOfDirected => Combine((truth, prediction) => (truth.Average() + prediction.Average()) / 2);

    /// <summary>NSD, surface Dice: the share of both surfaces that lies within <paramref name="tolerance"/> of the other, by voxels.</summary>
    /// <param name="tolerance">In mm, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or not a number.</exception>
    public double SurfaceDice(double tolerance)
    {
        if (!(tolerance >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, $"The tolerance is {tolerance} mm; it must be at least 0.");
        }

        return IsMissed ? 0 : Combine((_, _) => (double)Pooled().Count(distance => distance <= tolerance) / (_fromTruth.Length + _fromPrediction.Length));
    }

    private bool IsMissed => (_fromTruth.Length == 0) != (_fromPrediction.Length == 0);

    /// <summary>Measures one structure.</summary>
    /// <param name="truth">What experts drew; its spacing counts.</param>
    /// <param name="prediction">What is compared, on the same grid.</param>
    /// <param name="label">The structure's label value.</param>
    /// <exception cref="ArgumentException">Sizes or positions differ.</exception>
    public static SurfaceDistances Measure(LabelVolume truth, LabelVolume prediction, int label)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(prediction);
        RequireSameGrid(truth, prediction);
        if (LabelSurface.Box(truth, prediction, label) is not { } box)
        {
            return new([], []);
        }

        // The nearest voxel of either surface to one of the other lies in the box of both.
        var (ofTruth, ofPrediction) = (LabelSurface.Find(truth, label, box), LabelSurface.Find(prediction, label, box));
        var spacing = truth.Geometry.Spacing;
        var field = new double[box.Depth * box.Height * box.Width];
        return new(Distances(ofTruth, ofPrediction), Distances(ofPrediction, ofTruth));

        double[] Distances(LabelSurface from, LabelSurface to)
        {
            for (var at = 0; at < field.Length; at++)
            {
                field[at] = to[at] ? 0 : double.PositiveInfinity;
            }

            DistanceTransform.SquaredDistances(field, (box.Depth, box.Height, box.Width), (spacing.Z, spacing.Y, spacing.X));
            var distances = new double[from.Count];
            for (int at = 0, next = 0; at < field.Length; at++)
            {
                if (from[at])
                {
                    distances[next++] = Math.Sqrt(field[at]);
                }
            }

            return distances;
        }
    }

    private double Combine(Func<double[], double[], double> measure) =>
        IsMissed ? double.PositiveInfinity
        : _fromTruth.Length == 0 ? double.NaN
        : measure(_fromTruth, _fromPrediction);

    private double[] Pooled()
    {
        double[] pooled = [.. _fromTruth, .. _fromPrediction];
        Array.Sort(pooled);
        return pooled;
    }

    // At (n - 1) q, between neighbours linearly, as NumPy.
    private static double Percentile(double[] sorted, double percent)
    {
        var at = (sorted.Length - 1) * percent / 100;
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }

    private static void RequireSameGrid(LabelVolume truth, LabelVolume prediction)
    {
        if (!truth.Shape.SameGrid(prediction.Shape))
        {
            throw new ArgumentException(
                $"The label is {truth.Shape} voxels, the prediction {prediction.Shape}. Both must lie on one grid; compare the prediction with the label of the same volume.",
                nameof(prediction));
        }

        if (!truth.Geometry.Matches(prediction.Geometry, truth.Shape))
        {
            throw new ArgumentException(
                $"Label and prediction lie up to {truth.Geometry.LargestDifference(prediction.Geometry, truth.Shape):0.###} mm apart. "
                + "Both must have one geometry; compare the prediction with the label of the same volume, or repair the file's header.",
                nameof(prediction));
        }
    }
}
