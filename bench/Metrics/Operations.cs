using System.Globalization;
using System.Numerics;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Spatial.Components;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.Metrics;

/// <summary>What is measured; peer.py does the same to the same labels.</summary>
internal static class Operations
{
    /// <summary>Name, and the most of the peer's time that it may take.</summary>
    public static IReadOnlyList<(string Name, double Goal)> All { get; } =
    [
        ("surfaces", 0.1), ("components", 0.3), ("components-26", 0.3), ("specks", 0.3), ("dice", 1), ("dice-any", 1),
    ];

    /// <summary>The operation of that name; gives the numbers that it finds.</summary>
    public static Func<LabelVolume, LabelVolume, double[]> Find(string name) => name switch
    {
        "surfaces" => Surfaces,
        "components" => (truth, _) => Components(truth, VoxelConnectivity.Faces),
        "components-26" => (truth, _) => Components(truth, VoxelConnectivity.Corners),
        "specks" => (truth, _) => Components(LabelPair.Specks(truth), VoxelConnectivity.Faces),
        "dice" => (truth, prediction) => Dice(truth, prediction, LabelPair.Labels),
        "dice-any" => (truth, prediction) => Dice(truth, prediction, null),
        _ => throw new ArgumentException($"There is no operation '{name}'."),
    };

    /// <summary>The numbers as both sides print them.</summary>
    public static string Print(IEnumerable<double> numbers) =>
        string.Join(' ', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));

    // HD95 (pooled), ASSD (pooled) and NSD at 1 mm of each structure.
    private static double[] Surfaces(LabelVolume truth, LabelVolume prediction) =>
        [
            .. SurfaceDistances
                .Measure(truth, prediction, LabelPair.Labels)
                .SelectMany(d => new[] { d.Hausdorff95, d.AverageSymmetric, d.SurfaceDice(1) }),
        ];

    // Number of the regions of the foreground, and their image in the smallest type that holds it. SciPy's holds 32 bits.
    private static double[] Components(LabelVolume labels, VoxelConnectivity connectivity)
    {
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        var found = ConnectedComponents.Find(labels, connectivity, LabelGroups.Foreground, parallelism);
        return found.All.Length <= byte.MaxValue ? Numbers<byte>() : Numbers<int>();

        double[] Numbers<T>()
            where T : unmanaged, IBinaryInteger<T>
        {
            var image = LargeArray.Allocate<T>((int)labels.Shape.Count);
            found.Paint(image, labels.Shape, parallelism);
            return [found.All.Length, double.CreateChecked(image[^(image.Length / 2)])];
        }
    }

    private static double[] Dice(LabelVolume truth, LabelVolume prediction, int[]? labels)
    {
        var evaluator = new SegmentationEvaluator(labels?.Select(LabelClass.Unnamed).ToList());
        evaluator.Add(truth, prediction);
        return [.. evaluator.ToMetrics().Classes.Select(c => c.Dice)];
    }
}
