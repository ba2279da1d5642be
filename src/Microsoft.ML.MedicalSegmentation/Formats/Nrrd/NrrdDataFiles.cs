using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>The data files that a detached header names: one, a list, or a numbered pattern.</summary>
internal static class NrrdDataFiles
{
    /// <summary>File names in the order of the slowest axis.</summary>
    /// <param name="volume">Its slowest axes are spread over the files.</param>
    /// <param name="dataFile">The field: "a.raw", "LIST [n]" or "a%03d.raw first last step [n]".</param>
    /// <param name="source">The header, for errors.</param>
    public static IReadOnlyList<string> Names(NrrdVolume volume, string dataFile, string source)
    {
        var words = dataFile.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words is ["LIST", ..])
        {
            var names = volume.Header.DataFiles;
            RequireCount(names.Count, volume, words.ElementAtOrDefault(1), source);
            return names;
        }

        return words.Length is 4 or 5 && words[0].Contains('%') ? Numbered(volume, words, source) : [dataFile];
    }

    private static string[] Numbered(NrrdVolume volume, string[] words, string source)
    {
        Span<long> range = [0, 0, 0];
        for (var i = 0; i < 3; i++)
        {
            if (!long.TryParse(words[i + 1], CultureInfo.InvariantCulture, out range[i]) || Math.Abs(range[i]) > int.MaxValue)
            {
                throw Fault(source, string.Join(' ', words), "first, last and step of the numbers in file names must be whole numbers");
            }
        }

        var (first, last, step) = (range[0], range[1], range[2]);
        if (step == 0 || (last - first) / step < 0)
        {
            throw Fault(source, string.Join(' ', words), "the step must lead from the first number to the last");
        }

        var count = ((last - first) / step) + 1;
        RequireCount(count, volume, words.ElementAtOrDefault(4), source);
        return [.. Enumerable.Range(0, (int)count).Select(i => FileNamePattern.Format(words[0], first + (i * step))
            ?? throw Fault(source, words[0], "the pattern must hold one number such as %d or %03d"))];
    }

    /// <summary>A hostile header must not make us open files without end.</summary>
    private static void RequireCount(long count, NrrdVolume volume, string? subDimension, string source)
    {
        var rank = volume.Axes.Length;
        var perFile = rank - 1;
        if (
            subDimension is not null
            && (!int.TryParse(subDimension, CultureInfo.InvariantCulture, out perFile) || perFile < 1 || perFile > rank)
        )
        {
            throw Fault(source, subDimension, $"the number of axes in each file must be 1 to {rank}");
        }

        if (perFile == rank)
        {
            // Each file holds a slab: some of the samples along the slowest axis.
            if (count < 1 || volume.Axes[^1].Size % count != 0)
            {
                throw Fault(source, $"{count} files", $"they cannot share {volume.Axes[^1].Size} samples of the slowest axis evenly");
            }

            return;
        }

        var expected = volume.Axes.Skip(perFile).Aggregate((Int128)1, (product, axis) => product * axis.Size);
        if (count != expected)
        {
            throw Fault(source, $"{count} files", $"the sizes ask for {expected}");
        }
    }

    private static VolumeFormatException Fault(string source, string value, string rule)
        => new(source, "NRRD", [new HeaderFault("data file", value, rule)]);
}
