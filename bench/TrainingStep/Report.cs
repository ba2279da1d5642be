namespace TrainingStep;

internal static class Report
{
    public static void Print(ITrainingSide own, ITrainingSide[] sides, Dictionary<ITrainingSide, List<double>> measured)
    {
        var reference = Median(measured[own]);
        Console.WriteLine($"{"",-22} {"median ms",10} {"least ms",10} {"peak MiB",10} {"loss",10}   this library's time / its time");
        foreach (var side in sides)
        {
            var median = Median(measured[side]);
            var least = measured[side].Min();
            var ratios =
                side == own
                    ? string.Empty
                    : $"   {reference / median:F3} of medians, {measured[own].Min() / least:F3} of the least, "
                        + $"{Median([.. InTurns(measured[own], measured[side])]):F3} turn by turn";
            Console.WriteLine($"{side.Name,-22} {median,10:F1} {least,10:F1} {side.PeakMemory,10:F0} {side.Loss,10:F5}{ratios}");
        }
    }

    // Other programs slow down neighbouring turns alike, so their ratio is steadier than that of the medians.
    private static IEnumerable<double> InTurns(List<double> own, List<double> other) => own.Zip(other, (a, b) => a / b);

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
