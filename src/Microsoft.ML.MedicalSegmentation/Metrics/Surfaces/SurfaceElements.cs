namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

/// <summary>
/// Distances between the surfaces of a structure in truth and prediction, where each element of a surface counts by its area.
/// </summary>
/// <remarks>
/// The definitions of Nikolov et al. 2018, https://arxiv.org/abs/1809.04430: elements are the corners between voxels, distances are those
/// from corner to corner, and percentiles are the first distance at which the share of the area is reached, without interpolation. Both
/// surfaces must be there.
/// </remarks>
internal sealed class SurfaceElements
{
    private readonly Side _truth;
    private readonly Side _prediction;

    private SurfaceElements(Side truth, Side prediction) => (_truth, _prediction) = (truth, prediction);

    /// <summary>The mean distance of the truth's surface to the prediction's, in mm.</summary>
    public double AverageFromTruth => _truth.Average;

    /// <summary>The mean distance of the prediction's surface to the truth's, in mm.</summary>
    public double AverageFromPrediction => _prediction.Average;

    /// <summary>Measures a structure that both volumes have.</summary>
    /// <param name="truth">The first volume; its spacing counts.</param>
    /// <param name="prediction">The second, on the same grid.</param>
    /// <param name="label">The label.</param>
    /// <param name="box">Holds every voxel of the label in both.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    public static SurfaceElements Measure(
        LabelVolume truth, LabelVolume prediction, int label, VolumeRegion box, ParallelOptions parallelism)
    {
        var (ofTruth, ofPrediction, nearest) = (new SurfaceMarks(), new SurfaceMarks(), new NearestSurface());
        SurfaceCorners.Mark(truth, label, box, ofTruth, parallelism);
        SurfaceCorners.Mark(prediction, label, box, ofPrediction, parallelism);
        var spacing = truth.Geometry.Spacing;
        var areas = SurfaceElementAreas.Of(spacing, truth.Shape.IsImage);
        return new(SideOf(ofTruth, ofPrediction), SideOf(ofPrediction, ofTruth));

        Side SideOf(SurfaceMarks from, SurfaceMarks to)
        {
            var codes = new byte[from.Count];
            var distances = nearest.Measure(from, to, spacing, parallelism, codes);
            Array.Sort(distances, codes);
            return new(distances, Array.ConvertAll(codes, code => areas[code]));
        }
    }

    /// <summary>The larger of the percentiles of either surface's distances, in mm.</summary>
    /// <param name="percent">From 0 to 100.</param>
    public double Percentile(double percent) => Math.Max(_truth.Percentile(percent), _prediction.Percentile(percent));

    /// <summary>The share of the area of both surfaces that lies within a tolerance in mm of the other.</summary>
    public double SurfaceDice(double tolerance)
        => (_truth.AreaWithin(tolerance) + _prediction.AreaWithin(tolerance)) / (_truth.Area + _prediction.Area);

    // Distances from one surface to the other, ascending, with the area of each element.
    private sealed record Side(double[] Distances, double[] Areas)
    {
        public double Area { get; } = Areas.Sum();

        public double Average => Distances.Zip(Areas, (distance, area) => distance * area).Sum() / Area;

        public double AreaWithin(double tolerance) =>
            Distances.TakeWhile(distance => distance <= tolerance).Zip(Areas, (_, area) => area).Sum();

        public double Percentile(double percent)
        {
            var sum = 0.0;
            for (var i = 0; i < Distances.Length; i++)
            {
                sum += Areas[i];
                if (sum / Area >= percent / 100)
                {
                    return Distances[i];
                }
            }

            return Distances[^1];
        }
    }
}
