using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>
/// Assigns the slices at one place to channels: time points, echoes, diffusion weights, kinds of image.
/// </summary>
internal static class DicomChannels
{
    private const int ShownFiles = 4;

    /// <summary>Slices by channel and place.</summary>
    /// <param name="places">Slices at the same place, in ascending order of place.</param>
    /// <param name="name">The file or folder, for errors.</param>
    /// <param name="notes">Receives how the channels were told apart.</param>
    /// <exception cref="VolumeFormatException">
    /// A place lacks a slice of a channel, a slice is there twice, or nothing shows which slices of the places belong together.
    /// </exception>
    public static DicomFrame[][] Arrange(IReadOnlyList<List<DicomFrame>> places, string name, ICollection<string> notes)
    {
        RequireNoCopies(places, name);
        var channels = RequireEvenCounts(places, name);
        if (channels == 1)
        {
            RequireOneKind(places, name);
            return [[.. places.Select(p => p[0])]];
        }

        var sorted = new DicomChannelSorter(places, name);
        var ordered = sorted.Sort();
        notes.Add($"{channels} slices lie at each place and became channels, ordered by {string.Join(", ", sorted.By)}.");
        return ordered;
    }

    /// <summary>The names of some files, so that an error says where to look.</summary>
    public static string Files(IEnumerable<DicomFrame> frames)
    {
        var names = frames.Select(f => f.Image.Frames > 1 ? $"{f.FileName} frame {f.Index + 1}" : f.FileName).Distinct().ToList();
        return string.Join(", ", names.Take(ShownFiles)) + (names.Count > ShownFiles ? $" and {names.Count - ShownFiles} more" : "");
    }

    private static void RequireNoCopies(IReadOnlyList<List<DicomFrame>> places, string name)
    {
        for (var i = 0; i < places.Count; i++)
        {
            if (places[i].Count > 1 && places[i].GroupBy(Identity).FirstOrDefault(same => same.Count() > 1) is { } copies)
            {
                throw new VolumeFormatException(
                    name,
                    "DICOM",
                    null,
                    $"place {i + 1} of {places.Count} has duplicates: {copies.Count()} slices have the same SOP Instance UID "
                        + $"({Files(copies)}). Where the files are equal, keep one of them; where they differ, one was given a wrong "
                        + "identifier: export them anew."
                );
            }
        }
    }

    private static int RequireEvenCounts(IReadOnlyList<List<DicomFrame>> places, string name)
    {
        var counts = places.GroupBy(p => p.Count).OrderByDescending(g => g.Count()).ToList();
        if (counts.Count > 1)
        {
            var odd = places.Select((place, i) => (place, i)).First(p => p.place.Count != counts[0].Key);
            throw new VolumeFormatException(
                name,
                "DICOM",
                null,
                $"place {odd.i + 1} of {places.Count} has {odd.place.Count} slices ({Files(odd.place)}), where {counts[0].Count()} "
                    + $"places have {counts[0].Key}: slices are missing, there twice, or of several kinds. Copy the series again from its "
                    + "origin, or put the files of one kind into a folder of their own (an application can open them by their paths)."
            );
        }

        return counts[0].Key;
    }

    /// <summary>One slice a place may still change its kind on the way, as half a volume of magnitudes and half of phases does.</summary>
    private static void RequireOneKind(IReadOnlyList<List<DicomFrame>> places, string name)
    {
        var group = DicomTags.MrImageFrameTypeSequence;
        string? Component(DicomFrame frame) =>
            frame.Groups.Find(group, DicomTags.ComplexImageComponent)?.ShortText(DicomTags.ComplexImageComponent);
        var first = places[0][0];
        if (places.FirstOrDefault(p => Component(p[0]) != Component(first)) is { } other)
        {
            throw new VolumeFormatException(
                name,
                "DICOM",
                null,
                $"slices are of different complex components: {Component(first) ?? "none"} ({Files([first])}) and "
                    + $"{Component(other[0]) ?? "none"} ({Files(other)}). Put the files of one kind into a folder of their own (an "
                    + "application can open them by their paths)."
            );
        }
    }

    private static (string? Uid, int Frame, (int, int, int, int) Tile) Identity(DicomFrame frame)
        => (frame.Groups.Root.Text(DicomTags.SopInstanceUid) ?? frame.Image.File.Source.Name, frame.Index, frame.Tile);
}
