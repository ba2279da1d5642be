using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Datasets.Fingerprints;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace Microsoft.ML.MedicalSegmentation.Training.Planned;

/// <summary>Collects what a plan is made from, case by case; keeps no volume.</summary>
/// <param name="classes">The classes of the labels.</param>
/// <param name="channelNames">Names of the channels; empty where nobody named them.</param>
/// <param name="regions">Regions of the classes; empty for none.</param>
/// <remarks>Axes are those of the first case: others are turned to its orientation, here and in training.</remarks>
internal sealed class DataFingerprint(ClassMap classes, IReadOnlyList<string> channelNames, IReadOnlyList<LabelRegion> regions)
{
    private const int SamplesPerCase = 10_000;

    private readonly CaseInspector _inspector = new("training data", classes);
    private readonly List<IReadOnlyList<double>> _spacings = [];
    private readonly List<IReadOnlyList<int>> _shapes = [];
    private readonly List<double> _ratios = [];
    private readonly List<float[][]> _foreground = [];

    /// <summary>True where no case was added.</summary>
    public bool IsEmpty => _spacings.Count == 0;

    /// <summary>Orientation code of the first case.</summary>
    public string Orientation { get; private set; } = "RAS";

    /// <summary>Adds a case.</summary>
    /// <exception cref="InputDataException">It cannot be trained on.</exception>
    public void Add(int row, Volume image, LabelVolume labels)
    {
        _inspector.Inspect(row, image, labels);
        Orientation = IsEmpty ? image.Geometry.OrientationCode : Orientation;
        var (turned, places) = (image.Reorient(Orientation), labels.Reorient(Orientation));
        var box = VoxelBox.Of(turned);
        var (spacing, cropped) = (turned.Geometry.Spacing, box.Shape);
        _spacings.Add([spacing.Z, spacing.Y, spacing.X]);
        _shapes.Add([cropped.Depth, cropped.Height, cropped.Width]);
        _ratios.Add((double)cropped.ChannelCount / turned.Shape.ChannelCount);
        if (ForegroundSamples.Find(places, box) is { Length: > 0 } offsets)
        {
            var random = new RandomStream(0, row);
            _foreground.Add([
                .. Enumerable
                    .Range(0, turned.Shape.Channels)
                    .Select(channel => ForegroundSamples.Draw(turned.Channel(channel), offsets, SamplesPerCase, random)),
            ]);
        }
    }

    /// <summary>What the cases are like.</summary>
    public PlanningFingerprint ToFingerprint() => new()
    {
        Spacings = _spacings,
        CroppedShapes = _shapes,
        MedianRelativeSize = DatasetFingerprint.Median(_ratios),
        ForegroundIntensities = [.. Enumerable.Range(0, _inspector.Channels).Select(Pool)],
    };

    /// <summary>Channels and labels.</summary>
    public PlanningDataset Describe() =>
        new()
        {
            Name = "training data",
            ChannelNames =
                channelNames.Count == _inspector.Channels
                    ? channelNames
                    : [.. Enumerable.Range(0, _inspector.Channels).Select(i => $"channel {i}")],
            Labels = PlanningDataset.LabelsOf(classes.Classes, regions),
            RegionsClassOrder = [.. regions.Select(region => region.WrittenValue)],
            TrainingCases = _spacings.Count,
        };

    private IntensityStatistics Pool(int channel)
    {
        float[] values = [.. _foreground.SelectMany(samples => samples[channel])];
        return values.Length > 0
            ? IntensityStatistics.Of(values)
            : throw new InputDataException(
                "No label volume of the training data has a voxel of a structure. Check the label "
                    + "column and the label values of the classes."
            );
    }
}
