using System.IO.Enumeration;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How weights of a file are put into a network.</summary>
public sealed record WeightLoadingOptions
{
    /// <summary>Whether every weight of the network must be in the file, and every tensor of the file in the network, with the same sizes.</summary>
    /// <value>Default: true. If false, what fits is loaded and the rest of the network stays as it is.</value>
    public bool Strict { get; init; } = true;

    /// <summary>
    /// Names that are not loaded, such as a head for other classes: <c>["final.*", "dsv*"]</c>. A star stands for any letters, a question mark for
    /// one. They count as neither missing nor unexpected.
    /// </summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>Every impossible value as a sentence.</summary>
    internal IEnumerable<string> Faults() => Skip.Any(string.IsNullOrWhiteSpace)
        ? ["A pattern of Skip is empty; give the name of a weight, in which * stands for any letters."]
        : [];

    internal bool Skips(string name) => Matches(Skip, name);

    /// <summary>Whether a name fits one of the patterns.</summary>
    internal static bool Matches(IEnumerable<string> patterns, string name) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
}
