namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What loading weights into a network did, name by name.</summary>
public sealed record WeightLoadingReport
{
    private const int MostNamed = 24;

    /// <summary>The file.</summary>
    public required string Source { get; init; }

    /// <summary>What stood before every name in the file and was taken off, such as "module."; empty if nothing did.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Weights of the network that the file gave.</summary>
    public IReadOnlyList<string> Loaded { get; init; } = [];

    /// <summary>Weights of the network that the file lacks.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Tensors of the file that the network has no place for.</summary>
    public IReadOnlyList<string> Unexpected { get; init; } = [];

    /// <summary>
    /// Tensors of the file that were left out because they are loaded under another name: nnU-Net's checkpoints name every convolution
    /// three times.
    /// </summary>
    public IReadOnlyList<string> Duplicates { get; init; } = [];

    /// <summary>Weights whose tensor in the file has other sizes or cannot be used.</summary>
    public IReadOnlyList<WeightMismatch> Mismatched { get; init; } = [];

    /// <summary>Weights of the network that the options told to leave as they are.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>Whether nothing is missing, unexpected or mismatched.</summary>
    public bool IsComplete => Missing.Count + Unexpected.Count + Mismatched.Count == 0;

    /// <summary>The numbers of all kinds, and the names of those that were not loaded.</summary>
    public override string ToString() =>
        $"{Loaded.Count} weights loaded{(Prefix.Length > 0 ? $" (without the prefix '{Prefix}')" : "")}"
        + $"{Words("missing in the file", Missing)}{Words("unknown to the network", Unexpected)}"
        + $"{Words("unfit", [.. Mismatched.Select(mismatch => $"{mismatch.Name} ({mismatch.Reason})")])}{Words("skipped", Skipped)}"
        + $"{Words("second names of loaded ones", Duplicates)}.";

    private static string Words(string kind, IReadOnlyList<string> names) =>
        names.Count == 0
            ? ""
            : $"; {names.Count} {kind}: {string.Join(", ", names.Take(MostNamed))}"
                + $"{(names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "")}";
}

/// <summary>A weight that could not be taken from a file.</summary>
/// <param name="Name">Its name in the network.</param>
/// <param name="Reason">Why, with the sizes of both.</param>
public sealed record WeightMismatch(string Name, string Reason);
