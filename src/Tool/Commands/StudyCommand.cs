using System.CommandLine;
using MedSeg.Study;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg study: every network on the same data, splits and budget, with the U-Net as control.</summary>
internal sealed class StudyCommand : IToolCommand
{
    private readonly Option<string?> _data = new("--data") { Description = "Folder with hippocampus, 2d/dsb2018 and 2d/chase_db1; default: the environment variable MEDSEG_DATA." };
    private readonly Option<string[]> _tasks = new("--task") { Description = $"Tasks: {string.Join(", ", StudyTask.All.Select(task => task.Key))}; default: all.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _networks = new("--network") { Description = "Names of networks, or beginnings of names; default: all.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int[]> _seeds = new("--seed") { Description = "Each seed repeats everything with another split; default: 0.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int?> _steps = new("--steps") { Description = "Steps of each training; default: the task's own." };
    private readonly Option<string> _output = SharedOptions.Output("Folder for results; runs that it already holds are not repeated. Default: medseg-study.");
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<int?> _gpu = SharedOptions.Gpu();

    public Command Build()
    {
        var command = new Command("study", "Compares every network on real data, with the U-Net as control.")
        {
            _data, _tasks, _networks, _seeds, _steps, _output, _threads, _gpu,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var folder = arguments.GetValue(_output) ?? "medseg-study";
        Directory.CreateDirectory(folder);
        var data = arguments.GetValue(_data) ?? Environment.GetEnvironmentVariable("MEDSEG_DATA")
            ?? throw new ArgumentException("No data is named. Name the folder with --data or MEDSEG_DATA.");
        var keys = arguments.GetValue(_tasks) is { Length: > 0 } named ? named : [.. StudyTask.All.Select(task => task.Key)];
        var seeds = arguments.GetValue(_seeds) is { Length: > 0 } given ? given : [0];
        var tasks = keys.Select(StudyTask.Find).ToList();
        foreach (var task in tasks)
        {
            var own = arguments.GetValue(_steps) is { } steps ? task with { Steps = steps } : task;
            var dataset = Named(new MLContext().MedicalSegmentation().Data.Read(Path.Combine(data, own.Folder)));
            foreach (var seed in seeds)
            {
                foreach (var network in Networks(own.SpatialDims, arguments.GetValue(_networks) ?? []))
                {
                    var path = StudyResult.PathOf(folder, own, network, seed);
                    if (StudyResult.Find(path) is null)
                    {
                        var result = new StudyRun(own, network, seed, arguments.GetValue(_threads) ?? 0, arguments.GetValue(_gpu)).Run(dataset, folder, cancellation);
                        result.Write(path);
                        Report.Step($"{own.Key}, {network.Name}, seed {seed}: Dice {result.MeanDice:0.000} after {result.TrainingSeconds:0} s.");
                    }
                }
            }
        }

        var results = Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(StudyResult.Find).OfType<StudyResult>().ToList();
        var report = StudyReport.Write(results);
        File.WriteAllText(Path.Combine(folder, "study.md"), report);
        Report.Line(report);
        return ExitCode.Success;
    }

    private static List<StudyNetwork> Networks(int spatialDims, string[] names)
    {
        var networks = StudyNetwork.For(spatialDims)
            .Where(network => names.Length == 0 || names.Any(name => network.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        return networks.Count > 0
            ? networks
            : throw new ArgumentException($"No network's name begins with {string.Join(" or ", names)}. Networks: {string.Join(", ", StudyNetwork.For(spatialDims).Select(network => network.Name))}.");
    }

    // Folders of pairs name no classes; both of the study's have one structure, with value 1.
    private static SegmentationDataset Named(SegmentationDataset dataset)
        => dataset.Classes.Count > 0 ? dataset : new(dataset.Name, dataset.Cases, [new(0, "background"), new(1, "structure")], dataset.ChannelNames);
}
