using Microsoft.ML.MedicalSegmentation.Datasets;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>The channels and labels of a data set, as nnU-Net's dataset.json names them.</summary>
/// <remarks>https://github.com/MIC-DKFZ/nnUNet/blob/master/documentation/dataset_format.md</remarks>
internal sealed record PlanningDataset
{
    /// <summary>The name under which voxels are kept out of training.</summary>
    public const string IgnoreName = "ignore";

    /// <summary>Name of the data set.</summary>
    public required string Name { get; init; }

    /// <summary>Names of the channels; "CT" and a few others decide how intensities are normalised.</summary>
    public required IReadOnlyList<string> ChannelNames { get; init; }

    /// <summary>Classes or regions, in the order of the file.</summary>
    public required IReadOnlyList<PlanningLabel> Labels { get; init; }

    /// <summary>Label value that each region's voxels get, in the order in which regions are written; empty for classes.</summary>
    public IReadOnlyList<int> RegionsClassOrder { get; init; } = [];

    /// <summary>Number of training cases.</summary>
    public required int TrainingCases { get; init; }

    /// <summary>Ending of the image files, such as ".nii.gz".</summary>
    public string FileEnding { get; init; } = ".nii.gz";

    /// <summary>nnU-Net's name of the reader to use; null if its rule chooses one.</summary>
    public string? OverwriteReader { get; init; }

    /// <summary>
    /// True if an entry of <see cref="Labels"/> has several values: labels overlap, and each region has a logistic output.
    /// </summary>
    public bool HasRegions => Labels.Any(label => label.Values.Distinct().Count() > 1);

    /// <summary>The value of voxels that are kept out of training; null if there is none.</summary>
    public int? IgnoreValue => Labels.FirstOrDefault(label => label.Name == IgnoreName) is { } ignore ? ignore.Values[0] : null;

    /// <summary>
    /// The entries that have an output channel when <see cref="HasRegions"/> is true: all but background and ignored voxels.
    /// </summary>
    public IReadOnlyList<PlanningLabel> Regions
        => [.. Labels.Where(label => label.Name != IgnoreName && label.Values.Any(value => value != 0))];

    /// <summary>Output channels of a network for this data set.</summary>
    public int OutputChannels => HasRegions
        ? Regions.Count
        : Labels.Where(label => label.Name != IgnoreName).SelectMany(label => label.Values).Distinct().Count();

    /// <summary>Label values above 0 in ascending order, without the ignored one.</summary>
    public IReadOnlyList<int> ForegroundValues =>
        [.. Labels.Where(label => label.Name != IgnoreName).SelectMany(label => label.Values).Where(value => value > 0).Distinct().Order()];

    /// <summary>Describes a data set as nnU-Net would.</summary>
    public static PlanningDataset Of(SegmentationDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var channels =
            dataset.ChannelNames.Count > 0
                ? dataset.ChannelNames
                : [.. Enumerable.Range(0, dataset.Cases is [var some, ..] ? some.ImagePaths.Count : 1).Select(i => $"channel {i}")];
        return new()
        {
            Name = dataset.Name,
            ChannelNames = channels,
            Labels = LabelsOf(dataset.Classes, dataset.Regions),
            RegionsClassOrder = [.. dataset.Regions.Select(region => region.WrittenValue)],
            TrainingCases = dataset.Cases.Count,
            FileEnding = dataset.Cases is [var first, ..] ? EndingOf(first.ImagePaths[0]) : ".nii.gz",
        };
    }

    /// <summary>Reads nnU-Net's dataset.json, of version 1 or 2.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is something else; names every fault.</exception>
    public static PlanningDataset LoadNnUNet(string path) => DatasetDescriptionJson.Read(path);

    /// <summary>Writes nnU-Net's dataset.json; the file is whole or absent.</summary>
    public void SaveNnUNet(string path) => PlanJson.Save(path, DatasetDescriptionJson.Write(this));

    /// <summary>Classes, or background, regions and the ignored value, as entries of a data set.</summary>
    internal static IReadOnlyList<PlanningLabel> LabelsOf(IReadOnlyList<LabelClass> classes, IReadOnlyList<LabelRegion> regions)
    {
        static PlanningLabel Of(LabelClass c) => new(c.Value == 0 ? "background" : c.IsIgnored ? IgnoreName : c.Name, [c.Value]);
        return regions.Count == 0
            ? [.. classes.Select(Of)]
            :
            [
                .. classes.Where(c => c.Value == 0).Select(Of),
                .. regions.Select(region => new PlanningLabel(region.Name, region.Values)),
                .. classes.Where(c => c.IsIgnored).Select(Of),
            ];
    }

    private static string EndingOf(string path)
    {
        var name = Path.GetFileName(path);
        return name[VolumeFileName.Stem(path).Length..] is { Length: > 0 } ending ? ending : ".dcm";
    }

    /// <summary>What keeps a plan from being made, as sentences.</summary>
    internal IEnumerable<string> Faults()
    {
        if (ChannelNames.Count == 0)
        {
            yield return "No channel is named; name each, such as \"channel_names\": { \"0\": \"CT\" }.";
        }

        if (Labels.Count < 2)
        {
            yield return $"There are {Labels.Count} labels; there must be the background and at least one other.";
        }

        if (
            Labels.FirstOrDefault(label =>
                label.Values.Count == 0 || label.Values.Any(value => value is < 0 or > LabelClass.MaximumValue)
            ) is
            { } strange
        )
        {
            yield return $"The label '{strange.Name}' has the values [{string.Join(", ", strange.Values)}]; they must be whole numbers "
                + $"from 0 to {LabelClass.MaximumValue}.";
        }

        if (TrainingCases < 1)
        {
            yield return $"The number of training cases is {TrainingCases}; it must be at least 1.";
        }

        if (HasRegions && RegionsClassOrder.Count != Regions.Count)
        {
            yield return $"There are {Regions.Count} regions and {RegionsClassOrder.Count} values in "
                + "\"regions_class_order\"; give one value for each region.";
        }
    }
}
