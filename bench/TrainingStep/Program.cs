// How long a training step takes here, and in PyTorch: the same Attention U-Net with the same weights,
// data and optimiser, in turns of a few steps each. Prints the ratio of the medians, and peak memory.
//   dotnet run -c Release --project bench/TrainingStep [-- ROUNDS [PYTHON]]
using System.Globalization;
using TrainingStep;
using static TorchSharp.torch;

const int StepsOfATurn = 3;
const int Threads = 2;
var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 15;
var python = args.Length > 1 ? args[1] : PythonPeer.Find();

var folder = Directory.CreateTempSubdirectory("training-step");
try
{
    set_num_threads(Threads);
    manual_seed(0);
    using var own = new OwnSide();
    own.Save(folder.FullName);

    // With glibc keeping memory and OpenBLAS's AVX-512 kernels, and as it comes.
    using var tuned = new PythonPeer("PyTorch, tuned", python, folder.FullName, Threads, new()
    {
        ["OPENBLAS_CORETYPE"] = "SkylakeX",
        ["MALLOC_MMAP_THRESHOLD_"] = "1073741824",
        ["MALLOC_TRIM_THRESHOLD_"] = "2147483647",
        ["MALLOC_TOP_PAD_"] = "67108864",
    });
    using var plain = new PythonPeer("PyTorch as it comes", python, folder.FullName, Threads, []);

    Console.WriteLine(
        $"{OwnSide.Description}; {Threads} threads; libtorch of PyTorch {tuned.Version}; {rounds} rounds of {StepsOfATurn} steps in turns"
    );
    ITrainingSide[] sides = [own, tuned, plain];
    var measured = sides.ToDictionary(side => side, _ => new List<double>());

    // The first turns fill caches.
    for (var round = -2; round < rounds; round++)
    {
        foreach (var side in sides)
        {
            var times = side.Run(StepsOfATurn);
            if (round >= 0)
            {
                measured[side].AddRange(times);
            }
        }
    }

    Report.Print(own, sides, measured);
}
finally
{
    folder.Delete(recursive: true);
}
