using System.CommandLine;

namespace MedSeg.Commands;

/// <summary>Options that mean the same in every command that has them.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON, for programs." };

    public static Option<string> Output(string what) => new("--output", "-o") { Description = what };

    public static Option<string> Model(string what = "The model zip.") => new("--model", "-m") { Description = what, Required = true };

    public static Option<int?> Seed() =>
        new("--seed") { Description = "Fixes every random choice; the same seed gives the same result on a CPU. Default: 0." };

    public static Option<int?> Threads() => new("--threads") { Description = "Processor cores to compute with. Default: all of them." };

    public static Option<int?> Epochs(string byDefault) =>
        new("--epochs") { Description = $"How often training goes through the data; default: {byDefault}." };

    public static Option<double?> LearningRate(string byDefault) =>
        new("--learning-rate") { Description = $"Initial learning rate; default: {byDefault}." };

    public static Option<string?> Checkpoint() =>
        new("--checkpoint")
        {
            Description = "File that keeps the state of training after each epoch. If it exists, training resumes from it.",
        };

    public static Option<string?> Preset() =>
        new("--preset") { Description = "A published form of the network, as `medseg networks` lists them." };

    public static Option<int?> Width() =>
        new("--width") { Description = "Channels of the network's first stage; default: the network's own." };

    public static Option<int[]> Patch(string what) =>
        new("--patch") { Description = what, Arity = new(3, 3), AllowMultipleArgumentsPerToken = true };

    /// <summary>The size that an option of <see cref="Patch"/> gives; null where it is left out.</summary>
    public static PatchSize? GetPatch(this ParseResult arguments, Option<int[]> patch) =>
        arguments.GetValue(patch) is [var depth, var height, var width] ? new PatchSize(depth, height, width) : null;

    public static Option<string?> Part() =>
        new("--part") { Description = "Score part i of n of the cases, such as 2/8, for machines that share the work." };

    public static Option<string?> Summary() => new("--summary") { Description = "Write one row per case to this .json or .csv file." };

    public static Option<int?> Gpu() => new("--gpu") { Description = "Number of the CUDA device. Default: the processor." };
}
