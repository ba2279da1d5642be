namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Finds everything that is wrong with a list of cases, so that it is told at once.</summary>
internal static class CaseChecks
{
    private const int Shown = 20;

    /// <summary>Faults that need no file: repeated names, differing numbers of files, unusable classes.</summary>
    public static IEnumerable<string> FindFaults(IReadOnlyList<SegmentationCase> cases, IReadOnlyList<LabelClass> classes)
    {
        foreach (var same in cases.GroupBy(c => c.Id).Where(same => same.Count() > 1))
        {
            yield return $"The case '{same.Key}' occurs {same.Count()} times; every case needs a name of its own.";
        }

        foreach (var empty in cases.Where(c => c.ImagePaths.Count == 0))
        {
            yield return $"The case '{empty.Id}' names no image file; every case needs at least one.";
        }

        var counts = cases.Select(c => c.ImagePaths.Count).Distinct().Order().ToList();
        if (counts.Count > 1)
        {
            var odd = cases.First(c => c.ImagePaths.Count != cases[0].ImagePaths.Count);
            yield return $"Cases have different numbers of image files: '{cases[0].Id}' has {cases[0].ImagePaths.Count}, '{odd.Id}' has "
                + $"{odd.ImagePaths.Count}. Every case needs one file per channel.";
        }

        foreach (var same in classes.GroupBy(c => c.Value).Where(same => same.Count() > 1))
        {
            yield return $"The label value {same.Key} has the names "
                + $"{string.Join(" and ", same.Select(c => $"'{c.Name}'"))}; every value is one class.";
        }

        foreach (var outside in classes.Where(c => c.Value is < 0 or > LabelClass.MaximumValue))
        {
            yield return $"The class '{outside.Name}' has the value {outside.Value}; values lie between 0 and {LabelClass.MaximumValue}.";
        }
    }

    /// <summary>Files that are not there.</summary>
    public static IEnumerable<string> FindMissingFiles(IEnumerable<SegmentationCase> cases)
        => cases.SelectMany(c => c.ImagePaths.Append(c.LabelPath), (c, path) => (c.Id, Path: path))
            .Where(file => file.Path is not null && !ListPaths.Exists(file.Path))
            .Select(file => $"The case '{file.Id}' names '{file.Path}', which does not exist.");

    /// <summary>
    /// The cases and classes that can stand in one data set; anything wrong with the list is an error, unless it is to be kept.
    /// </summary>
    /// <param name="path">The list; stands in the error.</param>
    /// <param name="cases">As listed.</param>
    /// <param name="classes">As listed.</param>
    /// <param name="faults">What was wrong with the list.</param>
    /// <param name="kept">Receives all faults but missing files, which reading the cases will tell; null if a fault is an error.</param>
    /// <exception cref="InputDataException">There is a fault, and <paramref name="kept"/> is null.</exception>
    public static (IReadOnlyList<SegmentationCase> Cases, IReadOnlyList<LabelClass> Classes) Settle(
        string path, IReadOnlyList<SegmentationCase> cases, IReadOnlyList<LabelClass> classes, List<string> faults, List<string>? kept)
    {
        faults.AddRange(FindFaults(cases, classes));
        if (kept is null)
        {
            faults.AddRange(FindMissingFiles(cases));
            ThrowIfAny(path, faults);
            return (cases, classes);
        }

        kept.AddRange(faults);
        var files = cases.CountBy(c => c.ImagePaths.Count).OrderByDescending(count => count.Value).FirstOrDefault().Key;
        return (
            [.. cases.Where(c => c.ImagePaths.Count == files && files > 0).DistinctBy(c => c.Id)],
            [.. classes.Where(c => c.Value is >= 0 and <= LabelClass.MaximumValue).DistinctBy(c => c.Value)]);
    }

    /// <summary>Fails if there are faults.</summary>
    /// <param name="path">The list; stands in the error.</param>
    /// <param name="faults">A sentence each.</param>
    /// <exception cref="InputDataException">There is a fault; the message lists them, up to a readable number.</exception>
    public static void ThrowIfAny(string path, IReadOnlyList<string> faults)
    {
        if (faults.Count > 0)
        {
            var rest = faults.Count > Shown ? $"{Environment.NewLine}  ... and {faults.Count - Shown} more." : "";
            var lines = faults.Take(Shown).Select(fault => $"{Environment.NewLine}  - {fault}");
            throw new InputDataException(
                $"{path} cannot be used as a list of cases ({faults.Count} "
                    + $"fault{(faults.Count == 1 ? "" : "s")}):{string.Concat(lines)}{rest}"
            );
        }
    }
}
