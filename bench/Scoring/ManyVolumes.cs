using System.Diagnostics;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>200 rows of volumes through Transform: memory must not grow with their number.</summary>
internal static class ManyVolumes
{
    public static void Run(string folder)
    {
        const int Rows = 200;
        var shape = PreparedModel.SmallPatch;
        var context = new MLContext();
        var model = context.Model.Load(Path.Combine(folder, "small.zip"), out _);
        var data = context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(seed => PreparedModel.MakeRow(shape, seed)));
        var watch = Stopwatch.StartNew();
        var count = 0;
        foreach (var row in context.Data.CreateEnumerable<BenchResult>(model.Transform(data), reuseRowObject: true))
        {
            if (++count % 50 == 0)
            {
                Console.WriteLine(
                    $"{count} rows of {shape}: {watch.Elapsed.TotalSeconds:0.0} s, {PeakMemory.Now:0} MB now, {PeakMemory.Peak:0} "
                        + $"MB peak; {row.PredictedLabel?.Shape}"
                );
            }
        }
    }
}
