using Microsoft.ML.MedicalSegmentation.Datasets.Fingerprints;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

/// <summary>Reads the files of one case and finds what is wrong with them; ends in findings, whatever the files hold.</summary>
internal sealed class CaseInspection
{
    private const double Rounding = 1e-3;

    // Reading is spread over cases; within a file one thread is enough.
    private static readonly VolumeReadOptions Reading = new() { MaximumThreads = 1 };

    private readonly InspectedCase _case;
    private readonly IReadOnlyList<LabelClass> _classes;

    private CaseInspection(InspectedCase inspected, IReadOnlyList<LabelClass> classes) => (_case, _classes) = (inspected, classes);

    /// <summary>Reads a case and lets its voxels go again.</summary>
    /// <param name="source">The case.</param>
    /// <param name="isTest">Whether it is kept apart for testing; then it takes no part in the fingerprint.</param>
    /// <param name="classes">The declared classes; empty if any value may occur.</param>
    /// <param name="samples">Foreground voxels to draw of each channel.</param>
    /// <param name="random">Draws them.</param>
    public static InspectedCase Inspect(
        SegmentationCase source,
        bool isTest,
        IReadOnlyList<LabelClass> classes,
        int samples,
        RandomStream random
    )
    {
        var inspection = new CaseInspection(new(source, isTest), classes);
        inspection.Run(samples, random);
        return inspection._case;
    }

    private void Run(int samples, RandomStream random)
    {
        var files = _case.Source.ImagePaths.Select(path => (Path: path, Volume: Open(path, Reading))).ToList();
        var labels = _case.Source.LabelPath is { } path ? OpenLabels(path) : null;
        var channels = files
            .SelectMany(file => file.Volume is null ? [] : Enumerable.Range(0, file.Volume.Shape.Channels).Select(file.Volume.Channel))
            .ToList();
        if (files.Any(file => file.Volume is null) || channels.Count == 0)
        {
            CountLabels(labels);
            return;
        }

        var image = channels[0];
        _case.Header = files[0].Volume?.Header;
        _case.Shape = image.Shape.WithChannels(channels.Count);
        var box = new VoxelBox(image.Shape.WithChannels(channels.Count));
        var facts = channels.Select(channel => ChannelFacts.Of(channel, box)).ToList();
        CheckVoxels(channels, facts);
        var onOneGrid = channels.TrueForAll(channel => IsOnGrid(image, channel));
        labels = Place(labels, image);
        CountLabels(labels);
        if (labels is not null)
        {
            CheckLabels(image, labels);
            if (facts.Exists(fact => fact.Digest == _case.LabelDigest))
            {
                _case.Find(
                    FindingSeverity.Error,
                    FindingCodes.LabelIsImage,
                    _case.Source.LabelPath,
                    "The label file holds the voxels of the image. Name the file that holds the labels."
                );
            }
        }

        if (_case.IsTest || !onOneGrid)
        {
            return;
        }

        var cropped = box.Shape;
        _case.Fingerprint = new(
            _case.Source.Id,
            box.Grid,
            cropped,
            (double)cropped.ChannelCount / box.Grid.ChannelCount,
            image.Geometry.Spacing
        );
        if (labels is not null && labels.Shape.SameGrid(image.Shape) && ForegroundSamples.Find(labels, box) is { Length: > 0 } foreground)
        {
            _case.Foreground = [.. channels.Select(channel => ForegroundSamples.Draw(channel, foreground, samples, random))];
        }
    }

    private Volume? Open(string path, VolumeReadOptions reading)
    {
        try
        {
            var volume = VolumeFormats.Open(path, options: reading);
            foreach (var note in volume.Header?.Notes ?? [])
            {
                _case.Find(FindingSeverity.Note, FindingCodes.Header, path, note);
            }

            return volume;
        }
        catch (Exception fault) when (ChannelFiles.IsOfTheFile(fault))
        {
            _case.Find(FindingSeverity.Error, FindingCodes.Unreadable, path, fault.Message);
            return null;
        }
    }

    private LabelVolume? OpenLabels(string path)
    {
        if (Open(path, Reading with { KeepStoredNumbers = true }) is not { } volume)
        {
            return null;
        }

        if (volume.Header is { IsLossy: true, Format: var format })
        {
            _case.Find(
                FindingSeverity.Warning,
                FindingCodes.LabelLossy,
                path,
                $"The label file is compressed with loss ({format}), so that its values are not those that were drawn. Write it "
                    + "anew in a format without loss, such as PNG or NIfTI, from the original."
            );
        }

        if (volume.Header?.MakeLabels is null && LabelFacts.FindFault(volume) is { } strange)
        {
            _case.Find(FindingSeverity.Error, FindingCodes.LabelValues, path, strange);
            return null;
        }

        try
        {
            var labels = VolumeFormats.ToLabels(volume, path, classes: null);
            foreach (var note in (labels.Voxels.Header?.Notes ?? []).Except(volume.Header?.Notes ?? []))
            {
                _case.Find(FindingSeverity.Note, FindingCodes.Header, path, note);
            }

            return labels;
        }
        catch (Exception fault) when (fault is MedicalSegmentationException or ArgumentException or InvalidOperationException)
        {
            _case.Find(FindingSeverity.Error, FindingCodes.LabelValues, path, fault.Message);
            return null;
        }
    }

    private LabelVolume? Place(LabelVolume? labels, Volume image)
    {
        if (labels is null || LabelPlacement.TryPlace(labels, image.Shape, image.Geometry) is not { } placed || placed == labels)
        {
            return labels;
        }

        _case.Find(
            FindingSeverity.Note,
            FindingCodes.LabelPlaced,
            _case.Source.LabelPath,
            $"The labels are {labels.Shape} ({labels.Geometry}) on the image's grid of {image.Shape.WithChannels(1)} "
                + $"({image.Geometry}); voxels coincide, and what the labels leave out is background."
        );
        return placed;
    }

    private void CountLabels(LabelVolume? labels)
    {
        if (labels is null || _case.Source.LabelPath is not { } path)
        {
            return;
        }

        var counts = labels.CountValues().Index().Where(count => count.Item > 0).ToDictionary(count => count.Index, count => count.Item);
        _case.LabelVoxels = counts;
        CheckClasses(path, counts);
        if (counts.Keys.Any(value => value > 0))
        {
            _case.LabelDigest = ChannelFacts.Of(labels.Voxels, new VoxelBox(labels.Shape)).Digest;
        }
        else
        {
            _case.Find(
                FindingSeverity.Warning,
                FindingCodes.LabelEmpty,
                path,
                "Every voxel is background. Keep the case only if it shows none of the structures."
            );
        }
    }

    private void CheckClasses(string path, IReadOnlyDictionary<int, long> counts)
    {
        var strange =
            _classes.Count == 0 ? [] : counts.Where(count => !_classes.Any(c => c.Value == count.Key)).OrderBy(count => count.Key).ToList();
        if (strange.Count > 0)
        {
            var values = string.Join(", ", strange.Take(5).Select(count => $"{count.Key} ({count.Value} voxels)"));
            _case.Find(
                FindingSeverity.Error,
                FindingCodes.LabelUndeclared,
                path,
                $"The label value{(strange.Count == 1 ? "" : "s")} {values}{(strange.Count > 5 ? ", ..." : "")} "
                    + $"belong{(strange.Count == 1 ? "s" : "")} to no class. Classes: "
                    + $"{string.Join(", ", _classes.Select(c => $"{c.Value} {c.Name}"))}. Declare a class for it, or correct the file."
            );
        }
    }

    private void CheckVoxels(List<Volume> channels, List<ChannelFacts> facts)
    {
        for (var i = 0; i < channels.Count; i++)
        {
            var fact = facts[i];
            if (fact.NonFinite > 0)
            {
                _case.Find(
                    FindingSeverity.Error,
                    FindingCodes.NonFinite,
                    channels[i].Header?.Source,
                    $"{Channel(i)}{fact.NonFinite} of {channels[i].Shape.Count} voxels are NaN or infinite; the first is "
                        + $"{VoxelPlace.Of(channels[i], fact.FirstNonFinite)}. Correct the file, or set NonFiniteReplacement where "
                        + "intensities are normalised."
                );
            }

            if (fact.IsConstant)
            {
                // Within a file that shows something else, such as the opacity of a picture, nothing has to be done.
                var severity =
                    facts.TrueForAll(other => other.IsConstant) ? FindingSeverity.Error
                    : channels.Index().Any(other => SameFile(other.Item, channels[i]) && !facts[other.Index].IsConstant)
                        ? FindingSeverity.Note
                    : FindingSeverity.Warning;
                _case.Find(
                    severity, FindingCodes.Constant, channels[i].Header?.Source,
                    $"{Channel(i)}every voxel is {fact.Minimum}. It tells nothing: leave it out, or copy the file again from its origin.");
            }
            else if (facts.FindIndex(other => other.Digest == fact.Digest) is var same && same < i)
            {
                var (severity, remedy) = SameFile(channels[same], channels[i])
                    ? (FindingSeverity.Note, "One file repeats them, as a grey picture stored in colours does.")
                    : (FindingSeverity.Warning, "Name the file of each channel once, or leave one out.");
                _case.Find(
                    severity,
                    FindingCodes.ChannelRepeated,
                    channels[i].Header?.Source,
                    $"Channels {same} and {i} hold the same voxels. {remedy}"
                );
            }
            else
            {
                _case.ImageDigests.Add(fact.Digest);
            }
        }

        static bool SameFile(Volume one, Volume other) => one.Header?.Source == other.Header?.Source;

        string Channel(int channel) => channels.Count == 1 ? "" : $"Channel {channel}: ";
    }

    private bool IsOnGrid(Volume image, Volume channel)
    {
        if (!image.Shape.SameGrid(channel.Shape))
        {
            _case.Find(
                FindingSeverity.Error,
                FindingCodes.ChannelGrid,
                channel.Header?.Source,
                $"The file has {channel.Shape} voxels, the first file of the case {image.Shape}. Resample one to the other."
            );
            return false;
        }

        if (!image.Geometry.Matches(channel.Geometry, image.Shape))
        {
            _case.Find(
                FindingSeverity.Error,
                FindingCodes.ChannelGrid,
                channel.Header?.Source,
                $"{Difference(image, channel.Geometry, "the first file of the case")} Resample one to the other."
            );
            return false;
        }

        return true;
    }

    private void CheckLabels(Volume image, LabelVolume labels)
    {
        var path = _case.Source.LabelPath;
        if (!labels.Shape.SameGrid(image.Shape))
        {
            _case.Find(
                FindingSeverity.Error,
                FindingCodes.LabelShape,
                path,
                $"The labels have {labels.Shape} voxels, the image {image.Shape}. Name the labels that "
                    + "belong to this image, or resample them to it."
            );
        }
        else if (!labels.Geometry.Matches(image.Geometry, image.Shape))
        {
            _case.Find(
                FindingSeverity.Error,
                FindingCodes.LabelGeometry,
                path,
                $"{Difference(image, labels.Geometry, "the image")} Name the labels that belong to this image, resample them to it, "
                    + "or, where only the header is wrong, give them the image's geometry."
            );
        }
        else if (labels.Geometry.LargestDifference(image.Geometry, image.Shape) is > Rounding and var distance)
        {
            _case.Find(
                FindingSeverity.Note,
                FindingCodes.LabelGeometry,
                path,
                $"Image and labels lie {distance:0.####} mm apart, within a tenth of a voxel; they are taken as one grid."
            );
        }
    }

    private static string Difference(Volume image, VolumeGeometry other, string what) =>
        $"Its voxels lie up to {image.Geometry.LargestDifference(other, image.Shape):0.###} mm from those of {what} ({other}; "
        + $"{what} {image.Geometry}).";
}
