// Imported models beside nnU-Net's own predictor, case by case in turns: seconds from reading the image to the written labels, the largest
// resident memory meanwhile, and voxels in which the labels differ.
//
//   PYTHONPATH=FOLDER_WITH_NNUNETV2 dotnet run -c Release --project bench/Predictor -- [--rounds 5] [--threads 2] [--mirroring on|off]
//       [--model 3d_fullres] [--golden ../shared/golden] [--python python3]
using System.Globalization;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Benchmarks.Predictor;

if (args is ["serve", var model, var own])
{
    OwnSide.Serve(model, int.Parse(own, CultureInfo.InvariantCulture));
    return;
}

string Option(string name, string byDefault) =>
    Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : byDefault;
var (rounds, threads) = (int.Parse(Option("--rounds", "5"), CultureInfo.InvariantCulture), Option("--threads", "2"));
var mirroring = Option("--mirroring", "on");
var golden = Path.GetFullPath(Option("--golden", Environment.GetEnvironmentVariable("MEDSEG_GOLDEN") ?? "../shared/golden"));
var only = Option("--model", "");
var folder = Directory.CreateTempSubdirectory("predictor-bench-").FullName;
try
{
    foreach (var one in GoldenModel.All.Where(one => only.Length == 0 || one.Name == only))
    {
        var zip = Path.Combine(folder, "model.zip");
        one.Import(golden, mirroring == "on", zip);
        using var ours = new Side(
            "this library",
            Environment.ProcessPath ?? throw new InvalidOperationException("The program's path is unknown."),
            ["serve", zip, threads]
        );
        using var theirs = new Side(
            "nnU-Net",
            Option("--python", "python3"),
            [
                Path.Combine(AppContext.BaseDirectory, "peer.py"),
                Path.Combine(golden, "nnunet", "model", one.Folder),
                string.Join(',', one.Folds),
                mirroring,
                threads,
            ]
        );
        Compare(one, ours, theirs);
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

void Compare(GoldenModel one, Side ours, Side theirs)
{
    string Output(Side side) => Path.Combine(folder, side == ours ? "ours.nii.gz" : "theirs.nii.gz");
    Console.WriteLine($"\n{one.Name}, mirroring {mirroring}, {threads} threads, {rounds} rounds; {ours.Version}, {theirs.Version}\n");
    Console.WriteLine("| case | ours, s | nnU-Net, s | ratio | ours, MiB | nnU-Net, MiB | ratio | differing voxels |");
    Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|");
    foreach (var (name, channels) in one.Cases(golden))
    {
        Side[] sides = [ours, theirs];
        var runs = sides.ToDictionary(side => side, _ => new List<(double Seconds, double Mebibytes)>());
        foreach (var round in Enumerable.Range(-1, rounds + 1))
        {
            // The first round warms up both; then each side is first in every other one.
            foreach (var side in round % 2 == 0 ? sides : sides.Reverse())
            {
                var run = side.Predict(channels, Output(side));
                if (round >= 0)
                {
                    runs[side].Add(run);
                }
            }
        }

        double Median(Side side, Func<(double Seconds, double Mebibytes), double> of) =>
            runs[side].Select(of).Order().ElementAt(rounds / 2);
        var (time, peerTime) = (Median(ours, run => run.Seconds), Median(theirs, run => run.Seconds));
        var (memory, peerMemory) = (Median(ours, run => run.Mebibytes), Median(theirs, run => run.Mebibytes));
        var differing = Differing(VolumeFormats.OpenLabels(Output(ours)), VolumeFormats.OpenLabels(Output(theirs)));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {time:0.000} | {peerTime:0.000} | {time / peerTime:0.00} | {memory:0} | {peerMemory:0} | "
                    + $"{memory / peerMemory:0.00} | {differing} |"
            )
        );
    }
}

static long Differing(LabelVolume first, LabelVolume second)
{
    var (ours, theirs) = (new float[first.Shape.Count], new float[second.Shape.Count]);
    first.Voxels.CopyValues(0, ours);
    second.Voxels.CopyValues(0, theirs);
    return ours.Length == theirs.Length
        ? ours.Zip(theirs).LongCount(pair => pair.First != pair.Second)
        : throw new InvalidOperationException($"The labels have {ours.Length} and {theirs.Length} voxels.");
}
