using System.Globalization;
using System.Text.RegularExpressions;

namespace MedSeg.Terminal;

/// <summary>Puts the command line's options in the place of the library's names in messages.</summary>
internal static partial class CommandLineTerms
{
    // Longer names first.
    private static readonly (string Code, string Option)[] Terms =
    [
        ("or set FallbackToCpu to true", "or leave --gpu out"),
        ("leave GpuDeviceId out, or set FallbackToCpu", "or leave --gpu out"),
        ("leave Provider out, or set FallbackToCpu", "or leave --provider out"),
        ("MLContext.GpuDeviceId", "--gpu"),
        ("Device.Threads", "--threads"),
        ("Sampling.BatchSize", "--batch"),
        ("Sampling.PatchSize", "--patch"),
        ("Optimization.MaxEpoch", "--epochs"),
        ("Optimization.LearningRate", "--learning-rate"),
        ("Optimization.AccumulationSteps", "--accumulate"),
        ("Checkpoint.Path", "--checkpoint"),
        ("CheckpointPath", "--checkpoint"),
        ("Optimization.Schedule", "--schedule"),
        ("Optimization.Optimizer", "--optimizer"),
        ("Validation.EarlyStoppingPatience", "--patience"),
        ("Device.Precision", "--precision"),
        ("AttentionBlock is", "--attention-block is"),
        ("Initialization.WeightsPath", "--weights"),
        ("MemoryGigabytes is", "--memory is"),
        (" Overlap is", " --overlap is"),
        (" MirrorAxes is", " --mirroring is"),
        (" BatchSize is", " --batch is"),
        ("Train it by Trainers.Planned, or load its zip by Models.Load.", "Train it by `medseg train` without --no-plan and --recipe."),
        ("VolumeReadOptions.MaximumBytes, or the environment variable", "the environment variable"),
        (", or set NonFiniteReplacement where intensities are normalised", ""),
    ];

    /// <summary>
    /// The message as a user of the command line reads it: options of the command, and those of its configuration by their names there.
    /// </summary>
    public static string In(string message)
    {
        var text = Terms.Aggregate(message, (said, term) => said.Replace(term.Code, term.Option, StringComparison.Ordinal));
        text = ConfiguredOption().Replace(text, option => $"{Camel(option.Groups[1].Value)}.{Camel(option.Groups[2].Value)}");
        text = JsonPlace().Replace(
            text,
            place => FormattableString.Invariant(
                $" (line {int.Parse(place.Groups["line"].Value, CultureInfo.InvariantCulture) + 1}, byte {int.Parse(place.Groups["byte"].Value, CultureInfo.InvariantCulture) + 1})"
            )
        );
        return ArgumentDetails().Replace(text, "");
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    // Members of the trainer's groups of options, which --config names so.
    [GeneratedRegex(@"\b(Sampling|Optimization|Validation|Initialization|Checkpoint|Device|Export|Scoring|Loss)\.([A-Z]\w*)")]
    private static partial Regex ConfiguredOption();

    // What .NET adds to the messages of ArgumentException, and what helps programs only.
    [GeneratedRegex(@" \(in code, [^()]*\)| \(Parameter '\w+'\)|\r?\nActual value was [^\r\n]*")]
    private static partial Regex ArgumentDetails();

    // Where .NET's reader of JSON stopped; it counts from 0.
    [GeneratedRegex(@"(?: Path: \S+ \|)? LineNumber: (?<line>\d{1,9}) \| BytePositionInLine: (?<byte>\d{1,9})(?=\.)")]
    private static partial Regex JsonPlace();
}
