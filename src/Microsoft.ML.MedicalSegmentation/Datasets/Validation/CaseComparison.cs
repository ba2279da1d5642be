namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

/// <summary>Finds what shows only when cases are held side by side.</summary>
/// <param name="cases">All cases, those for testing last.</param>
/// <param name="channelNames">Names of the channels; empty where unknown.</param>
/// <param name="classes">How often each class occurs.</param>
/// <param name="areNamed">Whether the data set names its classes.</param>
internal sealed class CaseComparison(
    IReadOnlyList<InspectedCase> cases, IReadOnlyList<string> channelNames, IReadOnlyList<ClassFrequency> classes, bool areNamed)
{
    private const int Shown = 5;
    private const double LeastSpacingFactor = 1.1;
    private const double LeastSizeFactor = 2;
    private const double RareFraction = 0.001;
    private const int LeastRareValues = 5;

    private readonly List<(InspectedCase Case, VolumeShape Shape, VolumeGeometry Geometry)> _readable =
    [
        .. cases.SelectMany(c =>
            c.Shape is { } shape && c.Header is { } header
                ? [(c, shape, header.Geometry)]
                : Array.Empty<(InspectedCase, VolumeShape, VolumeGeometry)>()
        ),
    ];

    public IEnumerable<DatasetFinding> Findings() =>
        [
            .. ChannelCounts(),
            .. Labels(),
            .. Classes(),
            .. RareValues(),
            .. SlicesAndVolumes(),
            .. Spacings(),
            .. Sizes(),
            .. Orientations(),
            .. Repeated(),
        ];

    private IEnumerable<DatasetFinding> ChannelCounts()
    {
        if (_readable.Count == 0)
        {
            yield break;
        }

        var expected =
            channelNames.Count > 0 ? channelNames.Count : _readable.CountBy(c => c.Shape.Channels).MaxBy(count => count.Value).Key;
        var reason = channelNames.Count > 0 ? $"the data set names {string.Join(", ", channelNames)}" : $"most cases have {expected}";
        foreach (var (odd, shape, _) in _readable.Where(c => c.Shape.Channels != expected))
        {
            yield return Of(
                odd,
                FindingSeverity.Error,
                FindingCodes.ChannelCount,
                $"The image has {shape.Channels} channel{(shape.Channels == 1 ? "" : "s")}; {reason}. Give every case the same "
                    + "channels, in the same order."
            );
        }
    }

    private IEnumerable<DatasetFinding> Labels()
    {
        var training = cases.Where(c => !c.IsTest).ToList();
        var without = training.Where(c => c.Source.LabelPath is null).ToList();
        if (without.Count > 0)
        {
            var none = without.Count == training.Count;
            yield return new(
                none ? FindingSeverity.Note : FindingSeverity.Warning,
                FindingCodes.NoLabels,
                without.Count == 1 ? without[0].Source.Id : null,
                null,
                none
                    ? "No case has labels, so the data can be scored, but not trained on."
                    : $"{without.Count} of {training.Count} cases have no labels: "
                        + $"{Names(without)}. Add their labels, or leave the cases out."
            );
        }
    }

    private IEnumerable<DatasetFinding> Classes()
    {
        var labelled = cases.Where(c => !c.IsTest && c.LabelVoxels is not null).ToList();
        foreach (var one in classes.Where(c => c.Value > 0 && !c.IsIgnored && c.Cases < labelled.Count))
        {
            var without = labelled.Where(c => c.LabelVoxels?.ContainsKey(one.Value) == false).ToList();
            yield return new(
                one.Cases == 0 ? FindingSeverity.Warning : FindingSeverity.Note, FindingCodes.ClassMissing, null, null,
                one.Cases == 0
                    ? $"No case has class {one.Value} {one.Name}. Take it out of the classes, or check that labels use this value."
                    : $"{without.Count} of {labelled.Count} cases lack class {one.Value} {one.Name}: {Names(without)}.");
        }
    }

    // Blending of neighbours, by JPEG or by resampling, makes many values at the edges of few structures.
    private IEnumerable<DatasetFinding> RareValues()
    {
        var rare = classes.Where(c => c.Value > 0 && c.Fraction < RareFraction).ToList();
        if (!areNamed && rare.Count >= LeastRareValues && 2 * rare.Count > classes.Count)
        {
            yield return new(
                FindingSeverity.Warning, FindingCodes.LabelRareValues, null, null,
                $"The labels hold {classes.Count} values, of which {rare.Count} are fewer than {RareFraction:0.0%} of "
                    + $"the voxels, such as {string.Join(", ", rare.Take(Shown).Select(c => c.Value))}. Masks that were "
                    + "compressed with loss or resampled by blending look like this: each value would be trained as a "
                    + "class. Name the classes, or write the masks anew."
            );
        }
    }

    private IEnumerable<DatasetFinding> SlicesAndVolumes()
    {
        var slices = _readable.Where(c => c.Shape.Depth == 1).Select(c => c.Case).ToList();
        if (slices.Count > 0 && slices.Count < _readable.Count)
        {
            yield return new(
                FindingSeverity.Warning,
                FindingCodes.SlicesAndVolumes,
                null,
                null,
                $"{slices.Count} of {_readable.Count} images are single slices ({Names(slices)}), the others are volumes. Networks "
                    + "are trained in three dimensions then; leave the slices out, unless this is meant."
            );
        }
    }

    private IEnumerable<DatasetFinding> Spacings()
    {
        for (var axis = 0; axis < 3; axis++)
        {
            var (places, median) = Outliers.Find([.. _readable.Select(c => c.Geometry.Spacing[axis])], LeastSpacingFactor);
            foreach (var (odd, _, geometry) in places.Select(place => _readable[place]))
            {
                yield return Of(
                    odd,
                    FindingSeverity.Warning,
                    FindingCodes.SpacingOutlier,
                    $"The spacing along {"xyz"[axis]} is {geometry.Spacing[axis]:0.####} mm; the median is {median:0.####} mm. "
                        + "Check the header; if it is right, resample to a common spacing."
                );
            }
        }
    }

    private IEnumerable<DatasetFinding> Sizes()
    {
        for (var axis = 0; axis < 3; axis++)
        {
            var (places, median) = Outliers.Find([.. _readable.Select(c => Extent(c.Shape, c.Geometry, axis))], LeastSizeFactor);
            foreach (var (odd, shape, geometry) in places.Select(place => _readable[place]))
            {
                yield return Of(
                    odd,
                    FindingSeverity.Note,
                    FindingCodes.SizeOutlier,
                    $"The image is {Extent(shape, geometry, axis):0.#} mm along {"xyz"[axis]}; the median is {median:0.#} mm. Does "
                        + "it show another part of the body?"
                );
            }
        }
    }

    private IEnumerable<DatasetFinding> Orientations()
    {
        var groups = _readable.GroupBy(c => c.Geometry.OrientationCode).OrderByDescending(group => group.Count()).ToList();
        if (groups.Count > 1)
        {
            var counts = string.Join(
                ", ",
                groups.Select((group, i) => $"{group.Key} {group.Count()}{(i == 0 ? "" : $" ({Names(group.Select(c => c.Case))})")}")
            );
            yield return new(
                FindingSeverity.Warning,
                FindingCodes.OrientationMixed,
                null,
                null,
                $"Cases are oriented differently: {counts}. Reorient them to one code before training."
            );
        }
    }

    // A case may share several channels with the same other cases; they are told once.
    private IEnumerable<DatasetFinding> Repeated()
        => SameDigests(c => c.ImageDigests)
            .Select(same => new DatasetFinding(
                FindingSeverity.Error,
                FindingCodes.ImageRepeated,
                same[0].Source.Id,
                same[0].Source.ImagePaths[0],
                $"{Names(same)} hold the same image"
                    + $"{(same.Any(c => c.IsTest) && same.Any(c => !c.IsTest) ? ", and some of them are for testing" : "")}. Keep one: a "
                    + "case that is trained on and tested on makes results look better than they are."
            ))
            .Concat(
                SameDigests(c => c.LabelDigest is { } digest ? [digest] : [])
                    .Select(same => new DatasetFinding(
                        FindingSeverity.Warning,
                        FindingCodes.LabelRepeated,
                        same[0].Source.Id,
                        same[0].Source.LabelPath,
                        $"{Names(same)} hold the same labels. Check that each names its own label file."
                    ))
            );

    private IEnumerable<List<InspectedCase>> SameDigests(Func<InspectedCase, IEnumerable<string>> digests) =>
        cases
            .SelectMany(c => digests(c).Distinct(), (c, digest) => (Case: c, Digest: digest))
            .GroupBy(pair => pair.Digest, pair => pair.Case)
            .Where(same => same.Count() > 1)
            .Select(same => same.ToList())
            .DistinctBy(same => string.Join('\n', same.Select(c => c.Source.Id)));

    private static double Extent(VolumeShape shape, VolumeGeometry geometry, int axis)
        => (axis == 0 ? shape.Width : axis == 1 ? shape.Height : shape.Depth) * geometry.Spacing[axis];

    private static DatasetFinding Of(InspectedCase one, FindingSeverity severity, string code, string message)
        => new(severity, code, one.Source.Id, one.Source.ImagePaths[0], message);

    private static string Names(IEnumerable<InspectedCase> some)
    {
        var names = some.Select(c => c.Source.Id).ToList();
        return string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");
    }
}
