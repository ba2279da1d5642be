namespace Microsoft.ML.MedicalSegmentation.Benchmarks.SideBySide;

/// <summary>The runs of one operation, ours and the peer's in turn.</summary>
internal sealed record Runs(IReadOnlyList<Run> Ours, IReadOnlyList<Run> Theirs)
{
    public double OurSeconds => Median(Ours, run => run.Seconds);

    public double TheirSeconds => Median(Theirs, run => run.Seconds);

    /// <summary>Our time over the peer's.</summary>
    public double Ratio => OurSeconds / TheirSeconds;

    /// <summary>Our processors' time over that of the peer's.</summary>
    public double ProcessorRatio => Median(Ours, run => run.Processor) / Median(Theirs, run => run.Processor);

    public double OurBytes => Median(Ours, run => run.Bytes);

    public double TheirBytes => Median(Theirs, run => run.Bytes);

    private static double Median(IReadOnlyList<Run> runs, Func<Run, double> value) => runs.Select(value).Order().ElementAt(runs.Count / 2);
}
