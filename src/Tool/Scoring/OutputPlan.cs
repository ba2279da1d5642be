using MedSeg.Jobs;

namespace MedSeg.Scoring;

/// <summary>Where the labels of every case are written. Decided, and checked against all inputs, before anything is computed.</summary>
internal sealed class OutputPlan
{
    private const string Forbidden = "/\\:*?\"<>|";

    private readonly Dictionary<string, string> _paths = [];

    /// <param name="cases">All cases, with names of their own.</param>
    /// <param name="folder">Made if it is missing.</param>
    /// <param name="ending">The ending of the files, such as ".nii.gz".</param>
    /// <param name="overwrite">Whether files that `medseg score` did not write may be replaced.</param>
    /// <exception cref="InputDataException">
    /// A file to write is an input or was written by somebody else, or a name cannot be a file name.
    /// </exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public OutputPlan(IReadOnlyList<SegmentationCase> cases, string folder, string ending, bool overwrite)
    {
        Folder = Path.GetFullPath(folder);
        var comparer = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        var inputs = cases
            .SelectMany(one => one.ImagePaths.Append(one.LabelPath))
            .OfType<string>()
            .Select(OutputFiles.RealPath)
            .ToHashSet(comparer);
        foreach (var one in cases)
        {
            if (
                one.Id.Length == 0
                || one.Id is "." or ".."
                || one.Id.Any(letter => Forbidden.Contains(letter, StringComparison.Ordinal) || char.IsControl(letter))
            )
            {
                throw new InputDataException(
                    $"The case name '{one.Id}' cannot be a file name. Names are free of "
                        + $"{string.Join(' ', Forbidden.ToCharArray())} and control characters."
                );
            }

            var path = Path.Combine(Folder, one.Id + ending);
            if (inputs.Contains(OutputFiles.RealPath(path)))
            {
                throw new InputDataException(
                    $"The labels of case '{one.Id}' would replace the input '{path}'. Choose another output folder."
                );
            }

            if (!overwrite && File.Exists(path) && !CaseReceipt.Exists(path))
            {
                throw new InputDataException(
                    $"'{path}' exists, and `medseg score` did not write it; it may be an expert's labels. Choose another output "
                        + "folder, or replace such files by --overwrite."
                );
            }

            _paths.Add(one.Id, path);
        }

        RequireWritable();
    }

    /// <summary>The full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>The full path of a case's labels.</summary>
    public string PathOf(SegmentationCase one) => _paths[one.Id];

    private void RequireWritable()
    {
        if (File.Exists(Folder))
        {
            throw new IOException($"'{Folder}' is a file; the output is a folder. Choose another name.");
        }

        OutputFiles.TryFolder(Folder, Folder);

        if (_paths.Values.FirstOrDefault(Directory.Exists) is { } blocked)
        {
            throw new IOException(
                $"'{blocked}' is a folder, where the labels of a case are to be written. Rename it, or choose another output folder."
            );
        }
    }
}
