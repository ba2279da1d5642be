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
        ("Initialization.WeightsPath", "--weights"),
        ("VolumeReadOptions.MaximumBytes, or the environment variable", "the environment variable"),
        (", or set NonFiniteReplacement where intensities are normalised", ""),
    ];

    /// <summary>The message as a user of the command line reads it.</summary>
    public static string In(string message)
        => ParameterName().Replace(Terms.Aggregate(message, (text, term) => text.Replace(term.Code, term.Option, StringComparison.Ordinal)), "");

    // What .NET adds to the messages of ArgumentException.
    [GeneratedRegex(@" \(Parameter '\w+'\)")]
    private static partial Regex ParameterName();
}
