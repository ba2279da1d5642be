namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Models;

/// <summary>What clients are told of a model.</summary>
/// <param name="Name">What to ask for.</param>
/// <param name="Version">The first twelve characters of its digest.</param>
/// <param name="Digest">SHA-256 of the zip, in hexadecimal.</param>
/// <param name="Network">Key of its network.</param>
/// <param name="Channels">Image channels that it takes.</param>
/// <param name="Classes">Names of its structures by their labels.</param>
internal sealed record ModelSummary(
    string Name,
    string Version,
    string Digest,
    string Network,
    int Channels,
    IReadOnlyDictionary<int, string> Classes
)
{
    public static ModelSummary Of(ServedModel model) =>
        new(
            model.Name,
            model.Algorithm.Version,
            model.Digest,
            model.Network,
            model.Channels,
            model.Classes.ToDictionary(c => c.Value, c => c.Name)
        );
}
