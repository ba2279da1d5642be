namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>Deals the slices of each place out to channels, so that each channel is of one kind over all places.</summary>
/// <remarks>
/// First by what says of what kind a slice is, which every place must have alike; then by parameters that every place has alike,
/// until all slices of a place are told apart. Slices that are then still alike are put in order by a time or a count, but only
/// where that order shows whole volumes: each volume ends before the next begins. Otherwise nothing is guessed.
/// </remarks>
/// <param name="places">Slices at the same place; as many at each.</param>
/// <param name="name">The file or folder, for errors.</param>
internal sealed class DicomChannelSorter(IReadOnlyList<List<DicomFrame>> places, string name)
{
    private readonly List<string> _by = [];

    // The channel of each slice as far as it is known: slices of a place with the same number are not told apart yet.
    private int[][] _groups = [.. places.Select(place => new int[place.Count])];

    /// <summary>What told the channels apart, once they are sorted.</summary>
    public IEnumerable<string> By => _by.Distinct();

    private bool IsDone => _groups.All(groups => groups.Distinct().Count() == groups.Length);

    /// <summary>Slices by channel and place.</summary>
    /// <exception cref="VolumeFormatException">Nothing shows which slices belong together.</exception>
    public DicomFrame[][] Sort()
    {
        var keys = places.SelectMany(p => p).SelectMany(f => f.Order.Keys).Distinct().ToList();
        var ordered = places
            .SelectMany(p => p)
            .OrderByDescending(f => f.Order.Keys.Count())
            .First()
            .Order.Keys.Concat(keys)
            .Distinct()
            .ToList();
        foreach (var key in ordered.Where(key => key.Role == DicomKeyRole.Kind && Differs(key)))
        {
            if (!TryRefine(key))
            {
                throw NotAlike(key);
            }
        }

        foreach (var key in ordered.Where(key => key.Role == DicomKeyRole.Parameter))
        {
            if (!IsDone && Differs(key))
            {
                _ = TryRefine(key);
            }
        }

        var slices = places.Select((place, p) => place.Select((frame, i) => (Frame: frame, Group: _groups[p][i])).ToList()).ToList();
        var channels = new List<DicomFrame[]>();
        foreach (var group in _groups[0].Distinct().Order())
        {
            channels.AddRange(
                Order([.. slices.Select(place => place.Where(s => s.Group == group).Select(s => s.Frame).ToList())], ordered)
            );
        }

        return [.. channels];
    }

    private bool Differs(DicomFrameKey key)
    {
        var first = places[0][0].Order[key];
        return places.Any(place => place.Any(f => f.Order[key] != first));
    }

    /// <summary>Tells slices apart by a key where every place has the same values of it, of each channel that is known so far.</summary>
    private bool TryRefine(DicomFrameKey key)
    {
        var values = places
            .Select(
                (place, p) =>
                    place
                        .Select(
                            (frame, i) => (Group: _groups[p][i], HasValue: frame.Order[key] is not null, Value: frame.Order[key] ?? default)
                        )
                        .ToArray()
            )
            .ToArray();
        var distinct = values.SelectMany(v => v).Distinct().Order().ToList();
        var numbers = distinct.Index().ToDictionary(d => d.Item, d => d.Index);
        var refined = values.Select(place => place.Select(v => numbers[v]).ToArray()).ToArray();
        var first = refined[0].Order().ToArray();
        if (!refined.All(place => place.Order().SequenceEqual(first)))
        {
            return false;
        }

        if (distinct.Count > _groups.SelectMany(g => g).Distinct().Count())
        {
            _by.Add(key.Name);
        }

        _groups = refined;
        return true;
    }

    /// <summary>Puts the slices of one known channel in order where they are several.</summary>
    private IEnumerable<DicomFrame[]> Order(List<List<DicomFrame>> group, IReadOnlyList<DicomFrameKey> keys)
    {
        var count = group[0].Count;
        if (count == 1)
        {
            return [[.. group.Select(place => place[0])]];
        }

        foreach (var key in keys.Where(key => key.Role is DicomKeyRole.Order or DicomKeyRole.Cycle))
        {
            if (!group.TrueForAll(place => place.TrueForAll(f => f.Order[key] is not null)))
            {
                continue;
            }

            var sorted = group.ConvertAll(place =>
                place.Select(f => (Frame: f, Value: f.Order[key] ?? default)).OrderBy(f => f.Value).ToArray()
            );
            if (IsOrder(key, sorted.ConvertAll(place => Array.ConvertAll(place, f => f.Value))))
            {
                _by.Add(key.Name);
                return Enumerable.Range(0, count).Select(rank => sorted.Select(place => place[rank].Frame).ToArray());
            }
        }

        throw new VolumeFormatException(
            name,
            "DICOM",
            null,
            $"{places[0].Count} slices lie at each of {places.Count} places, and nothing shows which of them belong together: "
                + $"{count} of each place have the same kind, and their times and numbers do not follow volume by volume "
                + $"({DicomChannels.Files(group[0])} at the first place). Put the files of one kind into a folder of their own (an "
                + "application can open them by their paths)."
        );
    }

    /// <summary>True if the values of a key, sorted at each place, show whole volumes one after the other.</summary>
    private static bool IsOrder(DicomFrameKey key, List<DicomKeyValue[]> sorted)
    {
        if (!sorted.TrueForAll(values => values.Distinct().Count() == values.Length))
        {
            return false;
        }

        if (key.Role == DicomKeyRole.Cycle || sorted.Count == 1)
        {
            return true;
        }

        var ranks = Enumerable.Range(0, sorted[0].Length).Select(rank => sorted.Select(values => values[rank]).ToArray()).ToArray();
        var followEachOther = ranks.Zip(ranks.Skip(1)).All(pair => pair.First.Max().CompareTo(pair.Second.Min()) < 0);

        // A mere count also runs on where kinds change places; volumes that were read out alike run through the places alike.
        int[] Run(DicomKeyValue[] values) => [.. Enumerable.Range(0, values.Length).OrderBy(place => values[place])];
        return followEachOther && (!key.IsCount || ranks.All(rank => Run(rank).SequenceEqual(Run(ranks[0]))));
    }

    private VolumeFormatException NotAlike(DicomFrameKey key)
    {
        string Values(List<DicomFrame> place) =>
            string.Join(
                ", ",
                place
                    .Select(f => f.Order[key]?.ToString() ?? "none")
                    .Select(v => v.Length <= 64 ? v : v[..64] + "...")
                    .Order(StringComparer.Ordinal)
                    .Take(8)
            );
        var first = Values(places[0]);
        var other = places.Select((place, i) => (Place: place, i)).FirstOrDefault(p => Values(p.Place) != first);
        var what = other.Place is null
            ? $"{first} are dealt out differently together with {string.Join(", ", By)}"
            : $"{first} at place 1 ({DicomChannels.Files(places[0])}), {Values(other.Place)} at place {other.i + 1} "
                + $"({DicomChannels.Files(other.Place)})";
        return new(
            name,
            "DICOM",
            null,
            $"slices at one place differ in their {key.Name}, and places are not alike: {what}. Put the files of one kind into a "
                + "folder of their own (an application can open them by their paths)."
        );
    }
}
