using System.Text.RegularExpressions;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Datasets;

namespace Microsoft.ML.MedicalSegmentation.Saving;

/// <summary>A file name with column names in braces, such as "{CaseId}_prediction.nii.gz".</summary>
internal sealed partial class FileNameTemplate
{
    // Forbidden in the names of some file system or other; a name made here should travel to all of them.
    private const string Forbidden = "/\\:*?\"<>|";

    private readonly string _template;

    private FileNameTemplate(string template, IReadOnlyList<string> columns)
    {
        _template = template;
        Columns = columns;
    }

    /// <summary>The columns in braces, each once, in the order in which they first occur.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Reads a template and notes what is wrong with it.</summary>
    public static FileNameTemplate Parse(string template, OptionFaults faults)
    {
        template ??= "";
        string[] columns = [.. Placeholder().Matches(template).Select(match => match.Groups[1].Value).Distinct()];
        var literal = Placeholder().Replace(template, "");
        faults.Add(
            columns.Length == 0,
            $"FileName is '{template}', which is the same for every row; put a column of text in braces, such as {{CaseId}}.nii.gz."
        );
        faults.Add(
            literal.Contains('{') || literal.Contains('}'),
            $"FileName is '{template}'; every brace must open and close around a column name."
        );
        faults.Add(!IsRelative(template), $"FileName is '{template}'; it must stay below the folder: no drive, no leading slash, no '..'.");
        faults.Add(
            !WritableEndings().Any(ending => template.EndsWith(ending, StringComparison.OrdinalIgnoreCase)),
            $"FileName is '{template}'; it must end in one of {string.Join(", ", WritableEndings())}.");
        return new(template, columns);
    }

    /// <summary>True for a path that stays below wherever it starts.</summary>
    public static bool IsRelative(string path) =>
        !Path.IsPathRooted(path)
        && !path.Contains(':', StringComparison.Ordinal)
        && !path.StartsWith('\\')
        && !path.Split('/', '\\').Contains("..");

    /// <summary>
    /// The file name for values of <see cref="Columns"/>, in their order; a value that is a path counts without its folder and ending.
    /// </summary>
    /// <exception cref="ArgumentException">A value is empty or cannot be part of a file name.</exception>
    public string Fill(IReadOnlyList<string> values) =>
        Placeholder()
            .Replace(
                _template,
                match =>
                {
                    var column = match.Groups[1].Value;
                    var value = values[Columns.ToList().IndexOf(column)];
                    var part = VolumeFileName.Stem(value);
                    return
                        part.Length > 0
                        && part is not ("." or "..")
                        && !part.Any(c => Forbidden.Contains(c, StringComparison.Ordinal) || char.IsControl(c))
                        ? part
                        : throw new ArgumentException(
                            $"Column '{column}' holds '{value}', which cannot be part of a file name. Give names without "
                                + $"{string.Join(" ", Forbidden.ToCharArray())} and control characters."
                        );
                }
            );

    private static IReadOnlyList<string> WritableEndings() =>
        [
            .. VolumeFormats
                .All.Where(format => format.CanWrite)
                .SelectMany(format => format.Extensions)
                .Append(DicomLabelFiles.SegmentationEnding)
                .Distinct(),
        ];

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Placeholder();
}
