namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Derived;

/// <summary>Decides which segments an object describes.</summary>
internal static class DicomSegmentChoice
{
    private const int LongestLabel = 64;

    /// <summary>The segments of labels, in ascending order of numbers.</summary>
    /// <param name="labels">Values but 0 are segments.</param>
    /// <param name="described">The caller's segments; empty describes each class, and each value that occurs.</param>
    /// <exception cref="ArgumentException">A label that occurs is not described, or there is nothing to describe.</exception>
    public static IReadOnlyList<DicomSegment> Of(LabelVolume labels, IReadOnlyList<DicomSegment> described)
    {
        var counts = labels.CountValues();
        var present = Enumerable.Range(1, counts.Length - 1).Where(v => counts[v] > 0).ToList();
        if (described.Count == 0)
        {
            var named = labels.Classes.Where(c => c.Value > 0).ToDictionary(c => c.Value);
            described = [.. present.Union(named.Keys).Order().Select(v => Describe(named.GetValueOrDefault(v) ?? new(v, $"segment {v}")))];
        }

        var missing = present.Where(v => described.All(s => s.Number != v)).ToList();
        if (missing.Count > 0)
        {
            throw new ArgumentException(
                $"The labels {string.Join(", ", missing.Take(10))} have no segment. Describe each label that occurs in "
                    + $"{nameof(DicomObjectOptions.Segments)}, or merge them into others."
            );
        }

        return described.Count > 0
            ? [.. described.OrderBy(s => s.Number)]
            : throw new ArgumentException(
                "The labels are all background, and no segment is described; an object needs at least one in "
                    + $"{nameof(DicomObjectOptions.Segments)}."
            );
    }

    /// <summary>A class as a segment, coded by itself or by its name.</summary>
    public static DicomSegment Describe(LabelClass label)
    {
        var name = new string([.. label.Name.Where(c => c != '\\' && !char.IsControl(c)).Take(LongestLabel)]);
        var segment = new DicomSegment(label.Value, name.Length > 0 ? name : $"segment {label.Value}")
        {
            Color = label.Color is { } own ? DicomColor.FromRgb(own.Red, own.Green, own.Blue) : null,
        };
        if (DicomSegmentCodes.Find(label.Name) is { } known)
        {
            segment = segment with
            {
                Category = known.Category,
                Type = known.Type,
                TypeModifier = known.TypeModifier,
                Color = segment.Color ?? known.Color,
            };
        }

        return label.Code is { } code && code != segment.Type
            ? segment with
            {
                Type = code,
                TypeModifier = null,
                Category = segment.Category == DicomCode.Tissue ? DicomCode.AnatomicalStructure : segment.Category,
            }
            : segment;
    }
}
