using Microsoft.ML.MedicalSegmentation.Spatial.Components;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Connected regions of a structure ("lesions") in truth and prediction, and which overlap.</summary>
/// <remarks>
/// Regions of 26 (in one slice 8) neighbours. A lesion of the truth is found if at least one voxel of it is predicted; a predicted lesion
/// is false if none of its voxels is in the truth. Panoptic quality pairs lesions whose intersection over union is above 0.5, which no two
/// can share: Kirillov et al. 2019, Panoptic Segmentation, https://arxiv.org/abs/1801.00868.
/// </remarks>
public sealed class LesionMatches
{
    private LesionMatches(
        IReadOnlyList<(double Volume, bool IsFound)> truth,
        IReadOnlyList<(double Volume, bool IsTrue)> prediction,
        int pairs,
        double sumOfIoU
    ) => (Truth, Prediction, Pairs, SumOfIoU) = (truth, prediction, pairs, sumOfIoU);

    /// <summary>Lesions of the truth: volume in mm³, and whether the prediction has any of it.</summary>
    public IReadOnlyList<(double Volume, bool IsFound)> Truth { get; }

    /// <summary>Predicted lesions: volume in mm³, and whether the truth has any of it.</summary>
    public IReadOnlyList<(double Volume, bool IsTrue)> Prediction { get; }

    /// <summary>Pairs of lesions with an intersection over union above 0.5.</summary>
    public int Pairs { get; }

    /// <summary>Sum of the intersections over union of <see cref="Pairs"/>.</summary>
    public double SumOfIoU { get; }

    /// <summary>
    /// Recall of lesions whose volume in mm³ is at least <paramref name="from"/> and below <paramref name="to"/>; NaN if there are none.
    /// </summary>
    public double RecallOfSize(double from, double to)
    {
        var chosen = Truth.Where(lesion => lesion.Volume >= from && lesion.Volume < to).ToList();
        return chosen.Count == 0 ? double.NaN : (double)chosen.Count(lesion => lesion.IsFound) / chosen.Count;
    }

    /// <summary>Matches the regions of a label in two volumes of one grid.</summary>
    public static LesionMatches Find(LabelVolume truth, LabelVolume prediction, int label)
    {
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        var groups = LabelGroups.Of(value => value == label);
        var ofTruth = ConnectedComponents.Find(truth, VoxelConnectivity.Corners, groups, parallelism);
        var ofPrediction = ConnectedComponents.Find(prediction, VoxelConnectivity.Corners, groups, parallelism);
        var shared = new Dictionary<(int Truth, int Prediction), long>();
        for (var z = 0; z < truth.Shape.Depth; z++)
        {
            for (var y = 0; y < truth.Shape.Height; y++)
            {
                AddShared(ofTruth, ofPrediction, z, y, shared);
            }
        }

        var (found, isTrue) = (new bool[ofTruth.All.Length], new bool[ofPrediction.All.Length]);
        var (pairs, sum) = (0, 0.0);
        foreach (var ((t, p), voxels) in shared.OrderBy(entry => entry.Key))
        {
            (found[t], isTrue[p]) = (true, true);
            var overlap = (double)voxels / (ofTruth.All[t].Voxels + ofPrediction.All[p].Voxels - voxels);
            (pairs, sum) = overlap > 0.5 ? (pairs + 1, sum + overlap) : (pairs, sum);
        }

        var voxel = truth.Geometry.VoxelVolume;
        return new(
            [.. ofTruth.All.Select((lesion, i) => (lesion.Voxels * voxel, found[i]))],
            [.. ofPrediction.All.Select((lesion, i) => (lesion.Voxels * voxel, isTrue[i]))],
            pairs,
            sum);
    }

    private static void AddShared(
        ConnectedComponents truth,
        ConnectedComponents prediction,
        int z,
        int y,
        Dictionary<(int, int), long> shared
    )
    {
        ReadOnlySpan<LabelRun> a = truth.Runs(z, y), b = prediction.Runs(z, y);
        ReadOnlySpan<int> ofA = truth.ComponentsOfRuns(z, y), ofB = prediction.ComponentsOfRuns(z, y);
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            var length = Math.Min(a[i].End, b[j].End) - Math.Max(a[i].Start, b[j].Start);
            if (length > 0)
            {
                var key = (ofA[i], ofB[j]);
                shared[key] = shared.GetValueOrDefault(key) + length;
            }

            (i, j) = a[i].End < b[j].End ? (i + 1, j) : (i, j + 1);
        }
    }
}
