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
        ("Network: Width is", "--width is"),
        ("The value cannot be an empty string or composed entirely of whitespace.", "A path or name is empty. Give one."),
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
        text = JsonPlace().Replace(text, Place);
        text = JsonMissing().Replace(text, "these are missing:");
        text = JsonKind().Replace(text, "a value is of the wrong kind");
        return ArgumentDetails().Replace(text, "");
    }

    private static string Place(Match place)
    {
        static int Next(Group number) => int.Parse(number.ValueSpan, CultureInfo.InvariantCulture) + 1;
        var path = place.Groups["path"] is { Success: true } at ? $"at {at.Value}, " : "";
        return FormattableString.Invariant($" ({path}line {Next(place.Groups["line"])}, byte {Next(place.Groups["byte"])})");
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    // Members of the trainer's groups of options, which --config names so.
    [GeneratedRegex(@"\b(Sampling|Optimization|Validation|Initialization|Checkpoint|Device|Export|Scoring|Loss)\.([A-Z]\w*)")]
    private static partial Regex ConfiguredOption();

    // What .NET adds to the messages of ArgumentException, and what helps programs only.
    [GeneratedRegex(@" \(in code, [^()]*\)| \(Parameter '\w+'\)|\r?\nActual value was [^\r\n]*")]
    private static partial Regex ArgumentDetails();

    // What .NET's reader of JSON says of its own types.
    [GeneratedRegex(@"JSON deserialization for type '[^']*' was missing required properties including:")]
    private static partial Regex JsonMissing();

    [GeneratedRegex(@"The JSON value could not be converted to [^ ]*[^ .](?=[. ])")]
    private static partial Regex JsonKind();

    // Where .NET's reader of JSON stopped; it counts from 0.
    [GeneratedRegex(@"(?: Path: (?<path>\S+) \|)? LineNumber: (?<line>\d{1,9}) \| BytePositionInLine: (?<byte>\d{1,9})(?=\.)")]
    private static partial Regex JsonPlace();
}
