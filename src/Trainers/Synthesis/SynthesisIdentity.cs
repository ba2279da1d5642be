using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Training;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>What decides the result of a synthesis' training: data and options by name, as text that can be compared.</summary>
internal static class SynthesisIdentity
{
    /// <param name="options">Valid options; the network, the patch and the seed as they are used.</param>
    /// <param name="targets">The target's channels with their scales.</param>
    /// <param name="cases">The cases to train on.</param>
    /// <param name="validationCases">How many cases choose the best epoch.</param>
    public static IReadOnlyDictionary<string, string> Of(
        SynthesisTrainer.Options options,
        IReadOnlyList<SynthesisChannel> targets,
        CaseStore cases,
        int validationCases
    )
    {
        var identity = TrainingIdentity.Of(options);
        identity["the number of cases"] = $"{cases.Count}";
        identity["the number of validation cases"] = $"{validationCases}";
        identity["the target's channels"] = string.Join(
            ", ",
            targets.Select(target => string.Create(CultureInfo.InvariantCulture, $"{target.Name} {target.Offset:R} + {target.Scale:R}"))
        );
        return identity;
    }
}
