using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.Formats;

/// <summary>Golden values of one file: a line of formats/manifest.tsv, fields by the names of its heading.</summary>
internal sealed record ManifestLine(string File, IReadOnlyDictionary<string, string> Fields)
{
    public string Kind => Fields["kind"];

    public string Note => Fields["note"];

    public bool HasStatistics => Fields["sum"] is { Length: > 0 } sum && !sum.Contains('j') && !sum.Contains(':');

    /// <summary>Numbers of a field that are separated by spaces; words such as "none" are left out.</summary>
    public double[] Numbers(string field) => [.. Fields[field].Split(' ')
        .Where(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        .Select(word => double.Parse(word, CultureInfo.InvariantCulture))];

    /// <summary>Sizes as the file states them, x first, without the words that follow ("ch=3").</summary>
    public int[] Dims => [.. Fields["dims"].Split(' ')[0].Split('x').Select(d => int.Parse(d, CultureInfo.InvariantCulture))];

    public override string ToString() => File;
}

/// <summary>Reads formats/manifest.tsv of the data folder.</summary>
internal static class FormatManifest
{
    public static string Folder => Path.Combine(TestData.DataFolder, "formats");

    public static IReadOnlyList<ManifestLine> Lines { get; } = Load();

    private static List<ManifestLine> Load()
    {
        var path = Path.Combine(Folder, "manifest.tsv");
        if (!File.Exists(path))
        {
            return [];
        }

        var lines = File.ReadAllLines(path);
        var names = lines[0].Split('\t');
        return
        [
            .. lines
                .Skip(1)
                .Where(l => l.Length > 0)
                .Select(line =>
                {
                    var values = line.Split('\t');
                    var fields = names
                        .Select((name, i) => (name, value: i < values.Length ? values[i] : ""))
                        .ToDictionary(f => f.name, f => f.value);
                    return new ManifestLine(fields["file"], fields);
                }),
        ];
    }
}
