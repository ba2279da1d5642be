namespace MedSeg.Scoring;

/// <summary>Gives every case a name of its own, as its name becomes the name of its file.</summary>
internal static class CaseNames
{
    private const int MostFolders = 16;

    /// <summary>Puts the names of parent folders before names that occur more than once, such as A_DICOM and B_DICOM.</summary>
    /// <exception cref="InputDataException">Two cases cannot be told apart, or a case is named twice.</exception>
    public static IReadOnlyList<SegmentationCase> Distinguish(IReadOnlyList<SegmentationCase> cases)
    {
        var named = cases.ToArray();
        for (var depth = 1; depth <= MostFolders; depth++)
        {
            var repeated = named.Select((one, index) => (one, index)).GroupBy(pair => pair.one.Id, StringComparer.OrdinalIgnoreCase)
                .Where(group => group.Count() > 1).SelectMany(group => group).ToList();
            if (repeated.Count == 0)
            {
                return named;
            }

            foreach (var (_, index) in repeated)
            {
                named[index] = cases[index] with { Id = WithParents(cases[index], depth) };
            }
        }

        var same = named.GroupBy(one => one.Id, StringComparer.OrdinalIgnoreCase).First(group => group.Count() > 1).Take(2).ToList();
        throw new InputDataException(
            $"'{same[0].ImagePaths[0]}' and '{same[1].ImagePaths[0]}' would both be written as '{same[0].Id}'. Rename one, or score "
                + "them into different folders."
        );
    }

    private static string WithParents(SegmentationCase one, int depth)
    {
        var folders = Path.GetFullPath(one.ImagePaths[0]).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)[..^1];
        return string.Join('_', folders.TakeLast(depth).Append(one.Id));
    }
}
