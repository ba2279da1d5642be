using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.MedicalSegmentation.Datasets;

/// <summary>Which columns of a table hold what.</summary>
/// <param name="Images">Columns of image paths, in the order of channels.</param>
/// <param name="Label">The column of label paths; -1 where there is none.</param>
/// <param name="Case">The column of case names; -1 where there is none.</param>
/// <param name="Group">The column of patients or other groups; -1 where there is none.</param>
internal sealed partial record CaseColumns(IReadOnlyList<int> Images, int Label, int Case, int Group)
{
    /// <summary>
    /// Finds columns by the names given or, where none are, by those in use: image, image2, ImagePath; label, mask, seg; case, CaseId, id;
    /// patient, subject, group.
    /// </summary>
    /// <param name="names">The table's columns.</param>
    /// <param name="images">Columns of image paths; null for those in use.</param>
    /// <param name="label">The column of label paths; null for those in use.</param>
    /// <param name="caseName">The column of case names; null for those in use.</param>
    /// <param name="group">The column of groups; null for those in use.</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static CaseColumns Find(
        string[] names,
        IReadOnlyList<string>? images,
        string? label,
        string? caseName,
        string? group,
        List<string> faults
    ) =>
        new(
            images is null ? FindImages(names, faults) : [.. images.Select(name => Named(names, name, faults))],
            label is null ? OneOf(names, LabelName(), faults) : Named(names, label, faults),
            caseName is null ? First(names, ["case", "caseid", "casename", "id", "name"]) : Named(names, caseName, faults),
            group is null ? First(names, ["group", "patient", "patientid", "subject", "subjectid"]) : Named(names, group, faults));

    private static IReadOnlyList<int> FindImages(string[] names, List<string> faults)
    {
        var found = names
            .Index()
            .Select(name => (Column: name.Index, Match: ImageName().Match(Plain(name.Item))))
            .Where(name => name.Match.Success)
            .Select(name =>
                (
                    name.Column,
                    Number: name.Match.Groups[1].ValueSpan is { Length: > 0 } digits ? int.Parse(digits, CultureInfo.InvariantCulture) : -1
                )
            )
            .OrderBy(name => name.Number)
            .ToList();
        if (found.Count == 0)
        {
            return [Named(names, "image", faults)];
        }

        if (found.GroupBy(name => name.Number).FirstOrDefault(same => same.Count() > 1) is { } repeated)
        {
            faults.Add(
                $"The columns {string.Join(" and ", repeated.Select(name => $"'{names[name.Column]}'"))} both name images. Number "
                    + "the columns of channels, such as image1 and image2, or name them when the table is read."
            );
        }

        return [.. found.Select(name => name.Column)];
    }

    private static int OneOf(string[] names, Regex pattern, List<string> faults)
    {
        var found = names.Index().Where(name => pattern.IsMatch(Plain(name.Item))).ToList();
        if (found.Count > 1)
        {
            faults.Add(
                $"The columns {string.Join(" and ", found.Select(name => $"'{name.Item}'"))} both name labels. Leave one, or name "
                    + "it when the table is read."
            );
        }

        return found.Count > 0 ? found[0].Index : -1;
    }

    private static int First(string[] names, string[] known)
        => known.Select(wanted => Array.FindIndex(names, name => Plain(name) == wanted)).FirstOrDefault(index => index >= 0, -1);

    private static int Named(string[] names, string name, List<string> faults)
    {
        var index = Array.FindIndex(names, candidate => candidate.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            faults.Add($"There is no column '{name}'. Columns: {string.Join(", ", names)}.");
        }

        return index;
    }

    // "Image_Path" and "ImagePath" are one name.
    private static string Plain(string name) => string.Concat(name.Where(letter => letter is not ('_' or '-' or ' '))).ToLowerInvariant();

    [GeneratedRegex("^(?:images?|img)(?:paths?|files?)?([0-9]{0,6})(?:paths?|files?)?$")]
    private static partial Regex ImageName();

    [GeneratedRegex("^(?:labels?|masks?|seg|segmentations?)(?:paths?|files?)?$")]
    private static partial Regex LabelName();
}
