using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>One volume of 512 x 512 x 300 floats: peak memory, and how much of the time is not the network's.</summary>
internal static class LargeVolume
{
    public static void Run(string folder)
    {
        var shape = new VolumeShape(1, 300, 512, 512);
        var context = new MLContext();
        var model = context.Model.Load(Path.Combine(folder, "model.zip"), out _);
        var row = PreparedModel.MakeRow(shape, 1);
        Console.WriteLine($"{shape} float, {row.Image?.SizeInBytes / 1e6:0} MB: {PeakMemory.Now:0} MB in use before scoring");

        using var engine = context.Model.CreatePredictionEngine<BenchRow, BenchResult>(model);
        var (watch, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var labels = engine.Predict(row).PredictedLabel;
        var total = Environment.CpuUsage.TotalTime - processor;
        Console.WriteLine(
            $"scored through the zip in {watch.Elapsed.TotalSeconds:0.0} s, {total.TotalSeconds:0.0} s of processor time; peak "
                + $"{PeakMemory.Peak:0} MB; {labels}"
        );

        var tiles = new SlidingWindow(shape, PreparedModel.Patch, 0.25).TileCount;
        var network = TimeOfNetworkAlone(File.ReadAllBytes(Path.Combine(folder, "model.onnx")), runs: 10) * tiles;
        Console.WriteLine(
            $"{tiles} tiles; the network alone takes {network.TotalSeconds:0.0} s of processor time by 10 runs "
                + $"({network / total:P0}); digest of labels {Digest(labels)}"
        );
    }

    private static TimeSpan TimeOfNetworkAlone(byte[] onnx, int runs)
    {
        using var session = new InferenceSession(onnx);
        using var options = new RunOptions();
        var patch = PreparedModel.Patch;
        using var input = OrtValue.CreateTensorValueFromMemory(
            new float[patch.Count], [1, 1, patch.Depth, patch.Height, patch.Width]);
        using var output = OrtValue.CreateTensorValueFromMemory(
            new float[3 * patch.Count], [1, 3, patch.Depth, patch.Height, patch.Width]);
        session.Run(options, session.InputNames, [input], session.OutputNames, [output]);
        var processor = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < runs; i++)
        {
            session.Run(options, session.InputNames, [input], session.OutputNames, [output]);
        }

        return (Environment.CpuUsage.TotalTime - processor) / runs;
    }

    private static string Digest(LabelVolume? labels)
        => labels is null ? "none" : Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(labels.Voxels.Bytes))[..12];
}
