using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>The results as Markdown tables.</summary>
internal static class MarkdownReport
{
    private const double TrainGoal = 1.05;
    private const double OnnxGoal = 0.7;

    public static void Print(IReadOnlyList<CaseResult> results, BenchOptions options)
    {
        if (results.Count == 0)
        {
            return;
        }

        if (options.Throughput)
        {
            PrintThroughput(results, options);
            return;
        }

        Console.WriteLine();
        Console.WriteLine(
            $"{string.Join("; ", results[0].Sides.Select(side => $"{side.Name}: {side.Version}"))}; {options.Device}, {options.Precision}, "
            + $"{options.Threads} threads; {options.Rounds} rounds of {options.Turn} passes in turns; medians in ms, peak memory in MiB.");
        PrintInference(results);
        if (options.Train)
        {
            PrintTraining(results);
        }
    }

    private static void PrintThroughput(IReadOnlyList<CaseResult> results, BenchOptions options)
    {
        Console.WriteLine(
            "| Network | input | precision | training images/s: this library | PyTorch | inference images/s: this library | PyTorch "
                + "| memory MiB: this library, PyTorch |"
        );
        Console.WriteLine("|---|---|---|---:|---:|---:|---:|---|");
        foreach (var result in results)
        {
            string PerSecond(Dictionary<string, List<double>> measured, string side) => measured.TryGetValue(side, out var times)
                ? Number(1000 * result.Case.Image[0] / CaseResult.Median(times), "0.00")
                : "-";
            Console.WriteLine(
                $"| {result.Case.Title} | {result.Case.Size} | {options.Precision} | {PerSecond(result.Train, SideNames.Own)} | "
                    + $"{PerSecond(result.Train, SideNames.Tuned)} | {PerSecond(result.Forward, SideNames.Own)} | "
                    + $"{PerSecond(result.Forward, SideNames.Tuned)} | {Memory(result.TrainMemory, SideNames.Own, SideNames.Tuned)} |"
            );
        }
    }

    private static void PrintInference(IReadOnlyList<CaseResult> results)
    {
        Console.WriteLine();
        Console.WriteLine(
            "| Inference | input | this library | PyTorch, tuned | ratio | PyTorch as it comes | ratio | ONNX Runtime | ratio to "
                + "PyTorch as it comes | ratio to PyTorch tuned | memory: this library, PyTorch, ONNX Runtime | largest difference of "
                + "logits: this library, ONNX Runtime |"
        );
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---|---|");
        foreach (var result in results)
        {
            Console.WriteLine(
                $"| {result.Case.Title} | {result.Case.Size} | {Time(result.Forward, SideNames.Own)} | "
                    + $"{Time(result.Forward, SideNames.Tuned)} | {Ratio(result.Forward, SideNames.Own, SideNames.Tuned, TrainGoal)} | "
                    + $"{Time(result.Forward, SideNames.Plain)} | {Ratio(result.Forward, SideNames.Own, SideNames.Plain, TrainGoal)} | "
                    + $"{Time(result.Forward, SideNames.Onnx)} | {Ratio(result.Forward, SideNames.Onnx, SideNames.Plain, OnnxGoal)} | "
                    + $"{Ratio(result.Forward, SideNames.Onnx, SideNames.Tuned, OnnxGoal)} | "
                    + $"{Memory(result.ForwardMemory, SideNames.Own, SideNames.Tuned, SideNames.Onnx)} | "
                    + $"{Difference(result, SideNames.Own)}, {Difference(result, SideNames.Onnx)} |"
            );
        }
    }

    private static void PrintTraining(IReadOnlyList<CaseResult> results)
    {
        Console.WriteLine();
        Console.WriteLine(
            "| Training step | input | this library | PyTorch, tuned | ratio | PyTorch as it comes | ratio | memory: this library, "
                + "PyTorch | difference of the loss |"
        );
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---|---:|");
        foreach (var result in results)
        {
            Console.WriteLine(
                $"| {result.Case.Title} | {result.Case.Size} | {Time(result.Train, SideNames.Own)} | {Time(result.Train, SideNames.Tuned)} "
                + $"| {Ratio(result.Train, SideNames.Own, SideNames.Tuned, TrainGoal)} | {Time(result.Train, SideNames.Plain)} "
                + $"| {Ratio(result.Train, SideNames.Own, SideNames.Plain, TrainGoal)} "
                + $"| {Memory(result.TrainMemory, SideNames.Own, SideNames.Tuned)} | {Small(result.LossDifference)} |");
        }
    }

    private static string Time(Dictionary<string, List<double>> measured, string side) =>
        measured.TryGetValue(side, out var times) ? Number(CaseResult.Median(times), "0.0") : "-";

    // Other programs slow neighbouring turns alike, so the median of the ratios turn by turn says more than that of the medians.
    private static string Ratio(Dictionary<string, List<double>> measured, string side, string reference, double goal)
    {
        if (!measured.TryGetValue(side, out var own) || !measured.TryGetValue(reference, out var other))
        {
            return "-";
        }

        var ratio = CaseResult.Median(own) / CaseResult.Median(other);
        var byTurn = CaseResult.Median(own.Zip(other, (a, b) => a / b));
        var text = $"{Number(ratio, "0.00")} ({Number(byTurn, "0.00")} by turn)";
        return Math.Min(ratio, byTurn) > goal ? $"**{text}**" : text;
    }

    private static string Memory(Dictionary<string, double> memory, params string[] sides) =>
        string.Join(", ", sides.Select(side => memory.TryGetValue(side, out var peak) && double.IsFinite(peak) ? Number(peak, "0") : "-"));

    private static string Difference(CaseResult result, string side) =>
        result.LogitDifference.TryGetValue(side, out var difference) ? Small(difference) : "-";

    private static string Small(double number) => Number(number, "0.0e+0");

    private static string Number(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
