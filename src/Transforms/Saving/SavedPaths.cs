using System.Collections.Concurrent;

namespace Microsoft.ML.MedicalSegmentation.Saving;

/// <summary>Remembers which row each file was written for, so that no row's file replaces that of another.</summary>
/// <remarks>
/// Rows are the same where their names and their image files are, as when a data view is enumerated again. May be used by many threads.
/// </remarks>
internal sealed class SavedPaths
{
    // Enough for any batch; a service that runs longer forgets what it wrote first.
    private const int MostPaths = 1_000_000;

    // Outside Linux, file systems usually do not tell capitals apart.
    private readonly ConcurrentDictionary<string, (string Names, string? Source)> _rows
        = new(OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes a path for a row.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="values">The columns that gave the name.</param>
    /// <param name="source">The file that the volume came from; null if it came from none.</param>
    /// <exception cref="InvalidOperationException">The path was written for another row.</exception>
    public void Claim(string path, IReadOnlyList<string> values, string? source)
    {
        if (_rows.Count >= MostPaths)
        {
            _rows.Clear();
        }

        var row = (Names: string.Join(", ", values), source);
        var first = _rows.GetOrAdd(path, row);
        if (first.Names != row.Names || first.Source != source)
        {
            throw new InvalidOperationException(
                $"Two rows would be written to '{path}': '{first.Names}'{Of(first.Source)} and '{row.Names}'{Of(source)}. Nothing "
                    + "was replaced. Give each row a name of its own: folders and endings of a value do not count."
            );
        }

        static string Of(string? file) => file is null ? "" : $" of '{file}'";
    }
}
