using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.MedicalSegmentation.Datasets;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A list of cases with the names of their classes and channels; holds paths, no voxels.</summary>
public sealed class SegmentationDataset
{
    /// <summary>The column of case names.</summary>
    public const string CaseIdColumn = "CaseId";

    /// <summary>The column of image paths: a text, or a vector of texts where a case has a file per channel.</summary>
    public const string ImagePathColumn = "ImagePath";

    /// <summary>The column of label paths, annotated with the classes; absent where no case has labels.</summary>
    public const string LabelPathColumn = "LabelPath";

    /// <summary>The column of <see cref="SegmentationCase.Group"/>, to split data by; absent where no case has a group.</summary>
    public const string GroupColumn = "Group";

    /// <summary>Makes a data set of cases.</summary>
    /// <param name="name">What reports call it.</param>
    /// <param name="cases">All with as many image files.</param>
    /// <param name="classes">Label values with their names, by value; empty where unknown.</param>
    /// <param name="channelNames">Names of the channels; empty where unknown.</param>
    /// <param name="testCases">Cases kept apart for testing.</param>
    /// <exception cref="ArgumentException">Case names or class values repeat, or cases differ in the number of files.</exception>
    public SegmentationDataset(
        string name,
        IReadOnlyList<SegmentationCase> cases,
        IReadOnlyList<LabelClass>? classes = null,
        IReadOnlyList<string>? channelNames = null,
        IReadOnlyList<SegmentationCase>? testCases = null)
    {
        ArgumentNullException.ThrowIfNull(cases);
        Name = name;
        Cases = cases;
        Classes = classes ?? [];
        ChannelNames = channelNames ?? [];
        TestCases = testCases ?? [];
        var faults = new OptionFaults();
        foreach (var fault in CaseChecks.FindFaults(cases, Classes))
        {
            faults.Add(true, fault);
        }

        faults.ThrowIfAny($"the data set '{name}'");
    }

    /// <summary>What reports call the data set.</summary>
    public string Name { get; }

    /// <summary>The cases.</summary>
    public IReadOnlyList<SegmentationCase> Cases { get; }

    /// <summary>Label values with their names, by value; empty if they have no names.</summary>
    public IReadOnlyList<LabelClass> Classes { get; }

    /// <summary>
    /// Structures of several label values, in the order in which predictions are written; empty if every value is a class of its own.
    /// </summary>
    public IReadOnlyList<LabelRegion> Regions { get; init; } = [];

    /// <summary>Names of the channels, such as "T1"; empty if they have no names.</summary>
    public IReadOnlyList<string> ChannelNames { get; }

    /// <summary>Cases that the list keeps apart for testing; they often have no labels.</summary>
    public IReadOnlyList<SegmentationCase> TestCases { get; }

    /// <summary>The same classes and channels with other cases, such as a part of them or <see cref="TestCases"/>.</summary>
    public SegmentationDataset WithCases(IReadOnlyList<SegmentationCase> cases) =>
        new(Name, cases, Classes, ChannelNames) { Regions = Regions };

    /// <summary>Rows of case name, image path and label path, which may be split, shuffled and cached.</summary>
    /// <remarks>The path columns carry the class and channel names as annotations; see <see cref="ClassAnnotations"/>.</remarks>
    public IDataView ToDataView(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var files = Cases.Count == 0 ? 1 : Cases[0].ImagePaths.Count;
        return files == 1
            ? context.Data.LoadFromEnumerable(
                Cases.Select(c => new SingleFileRow(c)),
                Describe(typeof(SingleFileRow), TextDataViewType.Instance)
            )
            : context.Data.LoadFromEnumerable(
                Cases.Select(c => new ManyFilesRow(c)),
                Describe(typeof(ManyFilesRow), new VectorDataViewType(TextDataViewType.Instance, files))
            );
    }

    /// <summary>Name, cases, classes and channels in one line.</summary>
    public override string ToString() =>
        $"{Name}: {Cases.Count} cases"
        + (TestCases.Count == 0 ? "" : $", {TestCases.Count} for testing")
        + (Classes.Count == 0 ? "" : $", classes {string.Join(", ", Classes.Select(c => $"{c.Value} {c.Name}"))}")
        + (
            Regions.Count == 0
                ? ""
                : $", regions {string.Join(", ", Regions.Select(region => $"{region.Name} of {string.Join('+', region.Values)}"))}"
        )
        + (ChannelNames.Count == 0 ? "" : $", channels {string.Join(", ", ChannelNames)}");

    private SchemaDefinition Describe(Type row, DataViewType imagePathType)
    {
        var definition = SchemaDefinition.Create(row);
        definition[ImagePathColumn].ColumnType = imagePathType;
        if (ChannelNames.Count > 0)
        {
            ClassAnnotations.AddChannelNames(definition[ImagePathColumn], ChannelNames);
        }

        if (Cases.All(c => c.Group is null))
        {
            definition.Remove(definition[GroupColumn]);
        }

        if (Cases.All(c => c.LabelPath is null))
        {
            definition.Remove(definition[LabelPathColumn]);
        }
        else if (Classes.Count > 0)
        {
            ClassAnnotations.AddClasses(definition[LabelPathColumn], Classes);
        }

        return definition;
    }

    private sealed class SingleFileRow(SegmentationCase source)
    {
        public string CaseId { get; set; } = source.Id;

        public string ImagePath { get; set; } = source.ImagePaths[0];

        public string LabelPath { get; set; } = source.LabelPath ?? "";

        public string Group { get; set; } = source.Group ?? source.Id;
    }

    private sealed class ManyFilesRow(SegmentationCase source)
    {
        public string CaseId { get; set; } = source.Id;

        public string[] ImagePath { get; set; } = [.. source.ImagePaths];

        public string LabelPath { get; set; } = source.LabelPath ?? "";

        public string Group { get; set; } = source.Group ?? source.Id;
    }
}
