// How much memory and time scoring takes, through a model zip, in processes of its own:
//   dotnet run -c Release --project bench/Scoring                 all of the below
//   dotnet run -c Release --project bench/Scoring large  FOLDER   one volume of 512 x 512 x 300 floats: peak memory, share of the network
//   dotnet run -c Release --project bench/Scoring exact  FOLDER   one volume of 512 x 512 x 512 floats through a 3D U-Net by exact tiles:
//                                                               peak memory, time
//   dotnet run -c Release --project bench/Scoring stream FOLDER   200 volumes of 96 x 96 x 64 voxels through Transform: memory after
//                                                               each 50
//   dotnet run -c Release --project bench/Scoring load   FOLDER   a zip of 65 MiB: time and memory of loading, by ML.NET, by
//                                                               Models.Load, and of its ONNX file
//   dotnet run -c Release --project bench/Scoring first  FOLDER   a zip of 65 MiB: a new process until its first prediction, and PyTorch's
//   dotnet run -c Release --project bench/Scoring body   FOLDER   a CT of 512 x 512 x 600, 14 classes, two folds, mirrored, from another
//                                                               spacing and back (not in "all")
//   dotnet run -c Release --project bench/Scoring same   FOLDER   the labels of 60 of its slices with 1, 2 and 4 threads and batches of
//                                                               1 and 2 tiles (not in "all")
// "prepare FOLDER" writes what the others read: untrained Attention U-Nets of depth 4 and 3 classes, as zips and ONNX files.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Bench;

var folder = args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), $"scoring-bench-{Environment.ProcessId}");
switch (args.FirstOrDefault())
{
    case "prepare":
        PreparedModel.Write(folder);
        break;
    case "large":
        LargeVolume.Run(folder);
        break;
    case "exact":
        ExactVolume.Run();
        break;
    case "stream":
        ManyVolumes.Run(folder);
        break;
    case "load" when args.Length > 2:
        LoadTime.Run(folder, args[2]);
        break;
    case "load":
        Array.ForEach(["bare", "own", "onnx", "bare", "own", "onnx"], way => RunInNewProcess("load", folder, way));
        break;
    case "first" when args.Length > 2:
        FirstPrediction.Run(folder, args[2]);
        break;
    case "first":
        FirstPrediction.Compare(folder);
        break;
    case "body":
        RunInNewProcess("body-prepare", folder);
        RunInNewProcess("body-score", folder, "600", "0", "1");
        break;
    case "same":
        RunInNewProcess("body-prepare", folder);
        Array.ForEach(
            ["1 1", "2 1", "4 1", "2 2"],
            way => RunInNewProcess("body-score", folder, "60", way.Split(' ')[0], way.Split(' ')[1])
        );
        break;
    case "body-prepare":
        WholeBody.Write(folder);
        break;
    case "body-score" when args.Length is 5 or 6:
        var numbers = args.Skip(2).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToList();
        WholeBody.Run(folder, numbers[0], numbers[1], numbers[2], numbers.ElementAtOrDefault(3) is > 0 and var axes ? axes : 3);
        break;
    case null:
        Array.ForEach(["prepare", "large", "exact", "stream", "load", "first"], step => RunInNewProcess(step, folder));
        Directory.Delete(folder, recursive: true);
        break;
    default:
        Console.Error.WriteLine("Use: [prepare | large | exact | stream | load | first | body | same] FOLDER");
        return 2;
}

return 0;

static void RunInNewProcess(params string[] arguments)
{
    using var process = Process.Start(Environment.ProcessPath ?? "dotnet", arguments);
    process.WaitForExit();
    if (process.ExitCode != 0)
    {
        throw new InvalidOperationException($"'{string.Join(' ', arguments)}' ended with {process.ExitCode}.");
    }
}
