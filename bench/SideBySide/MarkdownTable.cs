using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Benchmarks.SideBySide;

/// <summary>Prints a comparison as a Markdown table, row by row; what misses its goal is bold.</summary>
internal static class MarkdownTable
{
    /// <summary>The head.</summary>
    /// <param name="peer">Name of the other side.</param>
    /// <param name="columns">Of what else is told of an operation.</param>
    public static void PrintHead(string peer, params string[] columns)
    {
        Console.WriteLine();
        Console.WriteLine(
            $"| Operation | this library, s | {peer}, s | ratio | goal | ratio of processor time | memory / volume | goal | "
                + $"{peer}'s |{string.Concat(columns.Select(column => $" {column} |"))}"
        );
        Console.WriteLine($"|---|---:|---:|---:|---:|---:|---:|---:|---:|{string.Concat(columns.Select(_ => "---:|"))}");
    }

    /// <summary>A row.</summary>
    /// <param name="operation">Name of the operation and the volume.</param>
    /// <param name="runs">What was measured.</param>
    /// <param name="goal">Most of the peer's time; null for no goal.</param>
    /// <param name="memory">Peak memory over the size of the volume, ours and the peer's.</param>
    /// <param name="memoryGoal">Most of our memory.</param>
    /// <param name="cells">What else is told.</param>
    public static void PrintRow(
        string operation,
        Runs runs,
        double? goal,
        (double Ours, double Theirs) memory,
        double memoryGoal,
        params string[] cells
    ) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {operation} | {runs.OurSeconds:0.000} | {runs.TheirSeconds:0.000} | {Marked(runs.Ratio, goal)} | "
                    + $"{(goal is null ? "-" : $"{goal:0.0}")} | {runs.ProcessorRatio:0.00} | {Marked(memory.Ours, memoryGoal)} | "
                    + $"{memoryGoal:0.0} | {memory.Theirs:0.00} |{string.Concat(cells.Select(cell => $" {cell} |"))}"
            )
        );

    private static string Marked(double number, double? goal)
    {
        var text = FormattableString.Invariant($"{number:0.00}");
        return number > goal ? $"**{text}**" : text;
    }
}
