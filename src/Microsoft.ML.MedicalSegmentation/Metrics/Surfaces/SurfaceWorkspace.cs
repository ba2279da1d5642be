namespace Microsoft.ML.MedicalSegmentation.Metrics.Surfaces;

/// <summary>Buffers for the surfaces of one structure after another.</summary>
/// <remarks>At most 6 bytes for each voxel of the largest structure's box, and 8 for each surface voxel.</remarks>
internal sealed class SurfaceWorkspace
{
    private readonly SurfaceMarks _truth = new();
    private readonly SurfaceMarks _prediction = new();
    private readonly NearestSurface _nearest = new();

    /// <summary>Distances between the centres of surface voxels, not sorted; empty if either volume lacks the label.</summary>
    /// <param name="truth">The first volume.</param>
    /// <param name="prediction">The second, on the same grid.</param>
    /// <param name="label">The label.</param>
    /// <param name="box">Holds every voxel of the label in both.</param>
    /// <param name="parallelism">Bounds the threads.</param>
    public (double[] FromTruth, double[] FromPrediction) VoxelDistances(
        LabelVolume truth, LabelVolume prediction, int label, VolumeRegion box, ParallelOptions parallelism)
    {
        SurfaceVoxels.Mark(truth, label, box, _truth, parallelism);
        SurfaceVoxels.Mark(prediction, label, box, _prediction, parallelism);
        var spacing = truth.Geometry.Spacing;
        return (Distances(_truth, _prediction), Distances(_prediction, _truth));

        // The nearest place of one surface to a place of the other lies in the box of both.
        double[] Distances(SurfaceMarks from, SurfaceMarks to)
        {
            if (to.Count > 0)
            {
                return _nearest.Measure(from, to, spacing, parallelism, codes: []);
            }

            var none = new double[from.Count];
            Array.Fill(none, double.PositiveInfinity);
            return none;
        }
    }
}
