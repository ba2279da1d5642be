namespace MedSeg.Scoring;

/// <summary>Lists of cases: dataset.json, tables, and folders with a dataset.json.</summary>
internal static class CaseList
{
    /// <summary>True for a .json, .csv or .tsv file, and for a folder with a dataset.json.</summary>
    public static bool IsList(string path) => IsListFile(path) || File.Exists(Path.Combine(path, "dataset.json"));

    /// <summary>True for a .json, .csv or .tsv file.</summary>
    public static bool IsListFile(string path) => Path.GetExtension(path).ToLowerInvariant() is ".json" or ".csv" or ".tsv";

    /// <summary>Every case of the list, those for testing included; one that is listed for both counts once.</summary>
    public static IReadOnlyList<SegmentationCase> Read(MLContext context, string path)
    {
        var dataset = context.MedicalSegmentation().Data.Read(path);
        return [.. dataset.Cases.Concat(dataset.TestCases).DistinctBy(one => string.Join('\n', one.ImagePaths))];
    }
}
