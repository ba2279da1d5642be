using Microsoft.ML.MedicalSegmentation.Metrics;
using Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// How far the surface of a structure in a prediction lies from that in the truth: Hausdorff distances, mean distances, surface Dice.
/// </summary>
/// <remarks>
/// <para>
/// A surface voxel has the label, and a neighbour across one of its faces has not; outside the volume nothing has it (in a volume of one
/// slice, only neighbours in the slice count). Each surface voxel has the exact distance in mm to the nearest surface voxel of the other
/// volume, from the centres, by the spacing of the truth; axes are taken as perpendicular. Surface voxels of a structure count once each,
/// whatever area they stand for; <see cref="MetricList"/> has measures by area as well.
/// </para>
/// <para>
/// If the structure is in neither volume, every measure is NaN. If it is in one of the two, distances are infinite and surface Dice is 0,
/// so that no mean passes over a miss silently. Definitions: Maier-Hein et al. 2024, Metrics Reloaded, https://arxiv.org/abs/2206.01653;
/// tools differ in how they form HD95, see <see cref="Hausdorff95"/> and <see cref="Hausdorff95MaximumOfDirected"/>.
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
    public double Hausdorff => PercentileMaximumOfDirected(100);

    /// <summary>HD95: the 95th percentile of the distances of both surfaces together, in mm, interpolated linearly. As MedPy.</summary>
    public double Hausdorff95 => Percentile(95);

    /// <summary>
    /// HD95: the larger of the 95th percentiles of either surface's distances, in mm, interpolated linearly. As MONAI and MetricsReloaded.
    /// </summary>
    public double Hausdorff95MaximumOfDirected => PercentileMaximumOfDirected(95);

    /// <summary>ASSD: the mean of the distances of both surfaces together, in mm. As MedPy from 0.5, MONAI and MetricsReloaded.</summary>
    public double AverageSymmetric =>
        UndefinedValue ?? ((_fromTruth.Sum() + _fromPrediction.Sum()) / (_fromTruth.Length + _fromPrediction.Length));

    /// <summary>MASD: the mean of the mean distances of either surface, in mm. As MedPy's ASSD to 0.4 and MetricsReloaded's MASD.</summary>
    public double AverageOfDirected => UndefinedValue ?? ((_fromTruth.Average() + _fromPrediction.Average()) / 2);

    /// <summary>MSD: the mean distance of the truth's surface to the prediction's, in mm.</summary>
    public double AverageFromTruth => UndefinedValue ?? _fromTruth.Average();

    /// <summary>MSD: the mean distance of the prediction's surface to the truth's, in mm. As MedPy's asd(prediction, truth).</summary>
    public double AverageFromPrediction => UndefinedValue ?? _fromPrediction.Average();

    private bool IsMissed => (_fromTruth.Length == 0) != (_fromPrediction.Length == 0);

    // What distances are if a surface is missing; null if both are there.
    private double? UndefinedValue => IsMissed ? double.PositiveInfinity : _fromTruth.Length == 0 ? double.NaN : null;

    /// <summary>Measures one structure.</summary>
    /// <param name="truth">What experts drew; its spacing counts.</param>
    /// <param name="prediction">What is compared, on the same grid.</param>
    /// <param name="label">The structure's label value.</param>
    /// <exception cref="ArgumentException">Sizes or positions differ.</exception>
    public static SurfaceDistances Measure(LabelVolume truth, LabelVolume prediction, int label) => Measure(truth, prediction, [label])[0];

    /// <summary>Measures several structures; the volumes are looked through once for all of them.</summary>
    /// <param name="truth">What experts drew; its spacing counts.</param>
    /// <param name="prediction">What is compared, on the same grid.</param>
    /// <param name="labels">The structures' label values; 0, the background, measures the boundary of everything else.</param>
    /// <param name="maximumThreads">Most threads to use; 0 takes one per processor. The result does not depend on it.</param>
    /// <returns>One result for each label, in the order of the labels.</returns>
    /// <exception cref="ArgumentException">Sizes or positions differ.</exception>
    public static IReadOnlyList<SurfaceDistances> Measure(
        LabelVolume truth, LabelVolume prediction, IReadOnlyList<int> labels, int maximumThreads = 0)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegative(maximumThreads);
        GridCheck.Require(truth, prediction, "");
        var parallelism = new ParallelOptions
        {
            MaxDegreeOfParallelism = maximumThreads == 0 ? Environment.ProcessorCount : maximumThreads,
        };
        var boxes = LabelBoxes.Find(parallelism, truth, prediction);
        var workspace = new SurfaceWorkspace();
        return [.. labels.Select(label => Measure(truth, prediction, label, boxes, workspace, parallelism))];
    }

    /// <summary>Measures a structure with boxes and buffers that the caller keeps.</summary>
    internal static SurfaceDistances Measure(
        LabelVolume truth, LabelVolume prediction, int label, LabelBoxes boxes, SurfaceWorkspace workspace, ParallelOptions parallelism)
    {
        if ((label == 0 ? VolumeRegion.All(truth.Shape) : boxes[label]) is not { } box)
        {
            return new([], []);
        }

        var (fromTruth, fromPrediction) = workspace.VoxelDistances(truth, prediction, label, box, parallelism);
        return new(fromTruth, fromPrediction);
    }

    /// <summary>A percentile of the distances of both surfaces together, in mm, interpolated linearly.</summary>
    /// <param name="percent">From 0 to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">The percentage is out of its range.</exception>
    public double Percentile(double percent)
    {
        RequirePercentage(percent);
        return UndefinedValue ?? SortedValues.Percentile(_fromTruth, _fromPrediction, percent);
    }

    /// <summary>The larger of the percentiles of either surface's distances, in mm, interpolated linearly.</summary>
    /// <inheritdoc cref="Percentile(double)"/>
    public double PercentileMaximumOfDirected(double percent)
    {
        RequirePercentage(percent);
        return UndefinedValue
            ?? Math.Max(SortedValues.Percentile(_fromTruth, [], percent), SortedValues.Percentile(_fromPrediction, [], percent));
    }

    /// <summary>
    /// NSD, surface Dice: the share of both surfaces that lies within <paramref name="tolerance"/> of the other, by voxels.
    /// </summary>
    /// <remarks>Nikolov et al. 2018, https://arxiv.org/abs/1809.04430; counted by voxels as MONAI and MetricsReloaded do.</remarks>
    /// <param name="tolerance">In mm, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or not a number.</exception>
    public double SurfaceDice(double tolerance)
    {
        if (!(tolerance >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, $"The tolerance is {tolerance} mm; it must be at least 0.");
        }

        if (IsMissed)
        {
            return 0;
        }

        double within = SortedValues.CountUpTo(_fromTruth, tolerance) + SortedValues.CountUpTo(_fromPrediction, tolerance);
        return within / (_fromTruth.Length + _fromPrediction.Length);
    }

    private static void RequirePercentage(double percent)
    {
        if (!(percent is >= 0 and <= 100))
        {
            throw new ArgumentOutOfRangeException(nameof(percent), percent, $"The percentage is {percent}; it must be from 0 to 100.");
        }
    }
}
