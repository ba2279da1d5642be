using System.CommandLine;

namespace MedSeg.Commands;

/// <summary>Options that mean the same in every command that has them.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON, for programs." };

    public static Option<string> Output(string what) => new("--output", "-o") { Description = what };

    public static Option<int?> Seed() =>
        new("--seed") { Description = "Fixes every random choice; the same seed gives the same result on a CPU. Default: 0." };

    public static Option<int?> Threads() => new("--threads") { Description = "Processor cores to compute with. Default: all of them." };

    public static Option<int?> Epochs(string byDefault) =>
        new("--epochs") { Description = $"How often training goes through the data; default: {byDefault}." };

    public static Option<int?> Gpu() => new("--gpu") { Description = "Number of the CUDA device. Default: the processor." };
}
