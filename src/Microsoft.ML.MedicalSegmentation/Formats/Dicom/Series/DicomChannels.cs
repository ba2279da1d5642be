namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Tells which of the slices at one place belong to which channel: time points, echoes, diffusion weights, kinds of image.</summary>
internal static class DicomChannels
{
    /// <summary>Slices by channel and place.</summary>
    /// <param name="places">Slices at the same place, in ascending order of place.</param>
    /// <param name="name">The file or folder, for errors.</param>
    /// <param name="notes">Receives how the channels were told apart.</param>
    /// <exception cref="VolumeFormatException">A place lacks a slice of a channel, or a slice is there twice.</exception>
    public static DicomFrame[][] Arrange(IReadOnlyList<List<DicomFrame>> places, string name, ICollection<string> notes)
    {
        RequireDistinct(places, name);
        var counts = places.GroupBy(p => p.Count).OrderByDescending(g => g.Count()).ToList();
        var channels = counts[0].Key;
        if (counts.Count > 1)
        {
            var odd = places.Select((place, i) => (place, i)).First(p => p.place.Count != channels);
            throw new VolumeFormatException(
                name, "DICOM", null, $"place {odd.i + 1} of {places.Count} has {odd.place.Count} slices, where {counts[0].Count()} places have {channels}: slices are missing or there twice. Copy the series again from its origin, or give DicomSeries.Open the files of a whole part.");
        }

        if (channels == 1)
        {
            return [[.. places.Select(p => p[0])]];
        }

        foreach (var place in places)
        {
            place.Sort((a, b) => a.Order.CompareTo(b.Order));
        }

        var ordered = Enumerable.Range(0, channels).Select(c => places.Select(p => p[c]).ToArray()).ToArray();
        foreach (var (channel, index) in ordered.Select((c, i) => (c, i)))
        {
            if (channel.FirstOrDefault(f => f.Order.Channel != channel[0].Order.Channel) is { } odd)
            {
                throw new VolumeFormatException(
                    name, "DICOM", null, FormattableString.Invariant($"channel {index + 1} of {channels} mixes slices of time {channel[0].Order.Time} and {odd.Order.Time}, echo {channel[0].Order.EchoTime} and {odd.Order.EchoTime} ms, b-value {channel[0].Order.DiffusionWeight} and {odd.Order.DiffusionWeight}, or of different image types. Give DicomSeries.Open the files of one kind."));
            }
        }

        notes.Add($"{channels} slices lie at each place and became channels, ordered by {By(places[0])}.");
        return ordered;
    }

    private static void RequireDistinct(IReadOnlyList<List<DicomFrame>> places, string name)
    {
        for (var i = 0; i < places.Count; i++)
        {
            var place = places[i];
            var twice = place.Count > 1 && (place.Select(f => f.Order).Distinct().Count() < place.Count || place.Select(Identity).Distinct().Count() < place.Count);
            if (twice)
            {
                throw new VolumeFormatException(
                    name, "DICOM", null, $"place {i + 1} of {places.Count} has {place.Count} slices that nothing tells apart (same instance, or same time, echo, b-value and number): duplicates. Remove the copies.");
            }
        }
    }

    private static (string? Uid, int Frame, (int, int, int, int) Tile) Identity(DicomFrame frame)
        => (frame.Image.File.DataSet.Text(DicomTags.SopInstanceUid) ?? frame.Image.File.Source.Name, frame.Index, frame.Tile);

    private static string By(List<DicomFrame> place)
    {
        var (first, last) = (place[0].Order, place[^1].Order);
        return first.Time != last.Time ? "temporal position"
            : first.Echo != last.Echo || first.EchoTime != last.EchoTime ? "echo"
            : first.DiffusionWeight != last.DiffusionWeight ? "b-value"
            : first.ImageType != last.ImageType ? "image type"
            : first.Trigger != last.Trigger ? "trigger time"
            : first.Acquisition != last.Acquisition ? "acquisition number"
            : first.Instance != last.Instance ? "instance number" : "frame";
    }
}
