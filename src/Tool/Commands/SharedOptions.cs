using System.CommandLine;

namespace MedSeg.Commands;

/// <summary>Options that mean the same in every command that has them.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON, for programs." };

    public static Option<string> Output(string what) => new("--output", "-o") { Description = what };

    public static Option<int?> Seed() => new("--seed") { Description = "Fixes every random choice; the same seed gives the same result on a CPU." };

    public static Option<int?> Threads() => new("--threads") { Description = "Processor cores to use; all of them where left out." };
}
