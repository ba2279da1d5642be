namespace Microsoft.ML.MedicalSegmentation.Networks.Definition;

/// <summary>Translates our names of parameters into those of the original research code.</summary>
/// <remarks>
/// A name is a path of fields, "encoder.0.first.convolution.weight". A rule replaces a run of whole parts wherever it stands:
/// ("encoder.0", "conv1"), ("first.convolution", "conv1.0"). From left to right, the first rule that fits acts, and
/// what it wrote
/// is not read again. An empty replacement drops the run.
/// </remarks>
internal sealed class NameMap(IEnumerable<(string Ours, string Original)> rules)
{
    private readonly (string[] Ours, string Original)[] _rules =
        [.. rules.Select(rule => (rule.Ours.Split('.'), rule.Original))];

    /// <summary>The original name of a path.</summary>
    public string this[string path]
    {
        get
        {
            var parts = path.Split('.');
            var translated = new List<string>();
            for (var at = 0; at < parts.Length;)
            {
                var rest = parts.AsMemory(at);
                var rule = Array.Find(_rules, candidate => rest.Span.StartsWith(candidate.Ours));
                translated.Add(rule.Ours is null ? parts[at] : rule.Original);
                at += rule.Ours?.Length ?? 1;
            }

            return string.Join('.', translated.Where(part => part.Length > 0));
        }
    }
}
