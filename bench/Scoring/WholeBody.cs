using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>
/// A CT of 512 x 512 x 600 voxels of 0.8 x 0.8 x 1 mm, 14 classes at 1.5 mm, two folds, mirrored along three axes: peak memory over what
/// the model takes by itself, and what is not the networks' time. The networks are tiny; the time of one of nnU-Net's size is measured on
/// one tile.
/// </summary>
internal static class WholeBody
{
    private const int Classes = 14;

    // A quarter instead of nnU-Net's half, so that it takes minutes; memory is the same.
    private const double Overlap = 0.25;
    private static readonly VolumeShape Patch = new(1, 128, 128, 128);

    /// <summary>Writes the model, and a network of nnU-Net's size.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var context = new MLContext(seed: 1);
        var ensemble = new PlannedEnsemble
        {
            Outputs = [new("background", 0), .. Enumerable.Range(1, Classes - 1).Select(i => new PlannedOutput($"organ {i}", i))],
            Members =
            [
                new()
                {
                    Name = "3d_fullres",
                    Preprocessing = new()
                    {
                        Orientation = "RAS",
                        Spacing = [1.5, 1.5, 1.5],
                        Channels = [new(NormalizationScheme.CT, Statistics: new(100, 90, 120, -1000, 2000, -300, 800))],
                    },
                    Patch = [Patch.Depth, Patch.Height, Patch.Width],
                    OutputChannels = Classes,
                    Networks = 2,
                    MirrorAxes = [0, 1, 2],
                },
            ],
        };
        byte[][] networks = [Network(2, 3, seed: 1), Network(2, 3, seed: 2)];
        using var transformer = PlannedSegmentation.Create(context, ensemble, networks);
        context.MedicalSegmentation().Models.Save(transformer, inputSchema: null, Path.Combine(folder, "body.zip"));
        File.WriteAllBytes(Path.Combine(folder, "tiny.onnx"), networks[0]);
        File.WriteAllBytes(Path.Combine(folder, "full.onnx"), Network(32, 6, seed: 1));
    }

    /// <summary>Scores the CT, or one of fewer slices, and prints memory, time and the digest of the labels.</summary>
    /// <param name="folder">Where the model is.</param>
    /// <param name="slices">Slices of the CT.</param>
    /// <param name="threads">Of the networks and of everything else; 0 for one per core.</param>
    /// <param name="batch">Tiles that a network takes at once.</param>
    /// <param name="axes">Axes along which tiles are mirrored: 1 to 3.</param>
    public static void Run(string folder, int slices = 600, int threads = 0, int batch = 1, int axes = 3)
    {
        var context = new MLContext();
        var model = context
            .MedicalSegmentation()
            .Models.Load(
                Path.Combine(folder, "body.zip"),
                new()
                {
                    Settings = saved =>
                        saved with
                        {
                            Threads = threads,
                            BatchSize = batch,
                            Overlap = Overlap,
                            MirrorAxes = [.. Enumerable.Range(0, axes)],
                        },
                }
            );
        using var engine = context.Model.CreatePredictionEngine<BenchRow, BenchResult>(model);
        engine.Predict(new() { CaseId = "warm", Image = MakeImage(16) });
        GC.Collect();
        var own = PeakMemory.Now;
        PeakMemory.Reset();

        var row = new BenchRow { CaseId = "body", Image = MakeImage(slices) };
        var watch = Stopwatch.StartNew();
        var labels = engine.Predict(row).PredictedLabel ?? throw new InvalidOperationException("There are no labels.");
        var total = watch.Elapsed;
        var tiles = new SlidingWindow(new(1, (int)Math.Round(slices / 1.5), 273, 273), Patch, Overlap).TileCount;
        var runs = (2 << axes) * tiles;
        Console.WriteLine(
            $"{row.Image?.Shape}, {threads} threads, batch {batch}, {1 << axes} mirrored forms: {total.TotalSeconds:0.0} s; the "
                + $"model alone takes {own:0} MB, the peak lies {PeakMemory.Peak - own:0} MB above, {row.Image?.SizeInBytes / 1e6:0} MB "
                + $"of it the CT and {labels.Voxels.SizeInBytes / 1e6:0} MB its labels; digest "
                + $"{Convert.ToHexString(SHA256.HashData(labels.Voxels.Bytes))[..12]}"
        );
        if (batch == 1)
        {
            var tiny = TimeOfNetwork(Path.Combine(folder, "tiny.onnx"), threads, 10);
            var rest = total - (tiny * runs);
            Console.WriteLine(
                $"{runs} runs of the tiny network of {tiny.TotalMilliseconds:0} ms each; everything else {rest.TotalSeconds:0.0} s"
            );
            if (slices == 600)
            {
                var full = TimeOfNetwork(Path.Combine(folder, "full.onnx"), threads, 2);
                Console.WriteLine(
                    $"a network of nnU-Net's size takes {full.TotalSeconds:0.0} s a tile, {full.TotalMinutes * runs:0} min in all: "
                        + $"everything else is {rest / (rest + (full * runs)):P2} of the time"
                );
            }
        }
    }

    private static byte[] Network(int width, int depth, int seed)
    {
        TorchSharp.torch.random.manual_seed(seed);
        using var network = new UNetOptions { Width = width, Depth = depth, Classes = Classes, DeepSupervision = false }.CreateNetwork();
        network.eval();
        using var onnx = new MemoryStream();
        OnnxExport.Write(network, [Patch.Depth, Patch.Height, Patch.Width], [], onnx);
        return onnx.ToArray();
    }

    // Smooth blobs and noise in air, as far as memory and time are concerned.
    private static Volume<short> MakeImage(int slices)
    {
        var shape = new VolumeShape(1, slices, 512, 512);
        var voxels = GC.AllocateUninitializedArray<short>((int)shape.Count);
        Parallel.For(0, slices, z =>
        {
            var random = new Random(z);
            var slice = voxels.AsSpan(z * 512 * 512, 512 * 512);
            for (var i = 0; i < slice.Length; i++)
            {
                var (y, x) = Math.DivRem(i, 512);
                var inside = ((x - 256) * (x - 256) / 40000.0) + ((y - 256) * (y - 256) / 25000.0) < 1;
                slice[i] = (short)(
                    (inside ? 60 + (120 * Math.Sin(x / 23.0) * Math.Cos(y / 31.0) * Math.Sin(z / 17.0)) : -1000) + random.Next(-20, 20)
                );
            }
        });
        return Volume.Create(voxels, shape, VolumeGeometry.FromSpacing(0.8, 0.8, 1));
    }

    private static TimeSpan TimeOfNetwork(string path, int threads, int runs)
    {
        using var settings = new SessionOptions();
        if (threads > 0)
        {
            settings.IntraOpNumThreads = threads;
        }

        using var session = new InferenceSession(path, settings);
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(new float[Patch.Count], [1, 1, Patch.Depth, Patch.Height, Patch.Width]);
        using var output = OrtValue.CreateTensorValueFromMemory(
            new float[Classes * Patch.Count],
            [1, Classes, Patch.Depth, Patch.Height, Patch.Width]
        );
        session.Run(options, session.InputNames, [input], session.OutputNames, [output]);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < runs; i++)
        {
            session.Run(options, session.InputNames, [input], session.OutputNames, [output]);
        }

        return watch.Elapsed / runs;
    }
}
