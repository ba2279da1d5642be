namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>The names of the sides in the tables.</summary>
internal static class SideNames
{
    public const string Own = "this library";
    public const string Onnx = "ONNX Runtime";
    public const string Tuned = "PyTorch, tuned";
    public const string Plain = "PyTorch as it comes";
}

/// <summary>What was measured of a case; all by the side's name.</summary>
internal sealed record CaseResult(NetworkCase Case, IReadOnlyList<(string Name, string Version)> Sides)
{
    /// <summary>Milliseconds of inferences.</summary>
    public Dictionary<string, List<double>> Forward { get; } = [];

    /// <summary>Milliseconds of training steps.</summary>
    public Dictionary<string, List<double>> Train { get; } = [];

    /// <summary>Peak memory in MiB after the inferences.</summary>
    public Dictionary<string, double> ForwardMemory { get; } = [];

    /// <summary>Peak memory in MiB after the training steps.</summary>
    public Dictionary<string, double> TrainMemory { get; } = [];

    /// <summary>The largest difference of logits from PyTorch's, over their largest number.</summary>
    public Dictionary<string, double> LogitDifference { get; } = [];

    /// <summary>The largest difference of the loss after the same steps, over PyTorch's.</summary>
    public double LossDifference { get; set; }

    public void KeepMemory(Dictionary<string, double> memory, IEnumerable<SideProcess> sides)
    {
        foreach (var side in sides)
        {
            memory[side.Name] = side.PeakMemory;
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
