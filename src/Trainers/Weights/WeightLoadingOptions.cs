using System.IO.Enumeration;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How weights of a file are put into a network.</summary>
public sealed record WeightLoadingOptions
{
    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private const int FewestNamed = 6;
    private const int MostNamed = 30;

    /// <summary>
    /// Whether every weight of the network must be in the file, and every tensor of the file in the network, with the same sizes.
    /// </summary>
    /// <value>Default: true. If false, what fits is loaded and the rest of the network stays as it is.</value>
    public bool Strict { get; init; } = true;

    /// <summary>
    /// Names that are not loaded, such as a head for other classes: <c>["final.*", "dsv*"]</c>. A star stands for any letters, a question
    /// mark for one. They count as neither missing nor unexpected.
    /// </summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>Every impossible value as a sentence.</summary>
    internal IEnumerable<string> Faults() => Skip.Any(string.IsNullOrWhiteSpace)
        ? ["A pattern of Skip is empty; give the name of a weight, in which * stands for any letters."]
        : [];

    internal bool Skips(string name) => Matches(Skip, name);

    /// <summary>What names there are, for one who named none of them: patterns that together fit all, as few as tell something.</summary>
    internal static string Known(IReadOnlyCollection<string> names)
    {
        var patterns = Enumerable.Range(1, 3).Select(parts => names.Select(name => Beginning(name, parts)).Distinct().ToList()).ToList();
        var chosen = patterns.Find(found => found.Count >= FewestNamed) ?? patterns[^1];
        return $"{string.Join(", ", chosen.Take(MostNamed))}{(chosen.Count > MostNamed ? $" and {chosen.Count - MostNamed} more" : "")}";
    }

    /// <summary>Whether a name fits one of the patterns.</summary>
    internal static bool Matches(IEnumerable<string> patterns, string name) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));

    // "conv1.conv1.0.weight" begins with "conv1.*".
    private static string Beginning(string name, int parts)
    {
        var all = name.Split('.');
        return all.Length <= parts ? name : $"{string.Join('.', all.Take(parts))}.*";
    }
}
