using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Reads files into a column of <see cref="LabelVolume"/>s, and refuses values that are not a class.</summary>
/// <remarks>
/// Files are read when a row's labels are asked for, not before. The classes come from the options or, where those
/// name none, from the annotations of the path column, which data views of a <c>SegmentationDataset</c> carry. The output
/// column is annotated with them. The fitted transform passes rows without the path column as they are, as cases to score have no labels;
/// so do the transforms that process its labels, such as Reorient. In a model zip <c>Models.Load</c> finds them again, while
/// <c>mlContext.Model.Load</c> leaves them out: to evaluate its model, load the labels beside it. A transform that needs the labels for
/// the image, such as those of a mask, keeps the loading in every form of the model, and the path column required.
/// </remarks>
public sealed class LoadLabelVolumesEstimator : VolumeEstimator
{
    internal const string Name = "LoadLabelVolumes";

    private readonly Options _options;

    internal LoadLabelVolumesEstimator(Options options)
        : base(Name, [options.PathColumnName], [options.OutputColumnName])
        => _options = options;

    /// <summary>Options of <see cref="LoadLabelVolumesEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of label volumes that is added. Default "Label".</summary>
        public string OutputColumnName = "Label";

        /// <summary>The column of paths. Default "LabelPath".</summary>
        public string PathColumnName = "LabelPath";

        /// <summary>
        /// The values that may occur, with their names. Default: the path column's annotations, or any value if there are none.
        /// </summary>
        public IReadOnlyList<LabelClass>? Classes;

        /// <summary>Where relative paths start. Default: the current directory.</summary>
        public string? Folder;
    }

    private protected override RowFunction MakeFunction(InputColumns columns)
    {
        var annotations = columns.Find(_options.PathColumnName)?.Annotations;
        var classes = _options.Classes ?? (annotations is null ? [] : ClassAnnotations.ReadClasses(annotations));
        return new LabelVolumeLoading(new(_options.Folder, [.. classes]));
    }
}

/// <summary>What loading labels needs to know.</summary>
/// <param name="Folder">Where relative paths start; null for the current directory.</param>
/// <param name="Classes">The values that may occur; empty if any may.</param>
internal sealed record LabelVolumeLoadingSettings(string? Folder, LabelClass[] Classes) : ICheckedSettings
{
    /// <inheritdoc/>
    public void Validate()
    {
        var faults = new OptionFaults();
        foreach (var value in Classes.GroupBy(c => c.Value).Where(same => same.Count() > 1))
        {
            faults.Add(
                true,
                $"The label value {value.Key} has the names "
                    + $"{string.Join(" and ", value.Select(c => $"'{c.Name}'"))}; every value is one class."
            );
        }

        foreach (var value in Classes.Select(c => c.Value).Where(value => value is < 0 or > LabelClass.MaximumValue))
        {
            faults.Add(true, $"The label value {value} cannot be stored; values lie between 0 and {LabelClass.MaximumValue}.");
        }

        faults.ThrowIfAny(LoadLabelVolumesEstimator.Name);
    }
}

/// <summary>Reads the file of a row into a label volume.</summary>
internal sealed class LabelVolumeLoading(LabelVolumeLoadingSettings settings)
    : SettingsFunction<PathsInput, LabelVolumeOutput, LabelVolumeLoadingSettings>(settings, new LoadLabelVolumesContract())
{
    private readonly VolumeLoadingSettings _paths = new(settings.Folder);

    /// <summary>True: cases to score have no labels.</summary>
    public override bool IsOptional => true;

    public override void Apply(PathsInput input, LabelVolumeOutput output)
    {
        var paths = input.ToStrings();
        if (paths.Length != 1)
        {
            throw new ArgumentException($"A row names {paths.Length} label files; it must name one. Merge label files into one first.");
        }

        var path = _paths.Resolve(paths[0]);
        var labels = VolumeFormats.OpenLabels(
            path,
            Settings.Classes,
            cancellationToken: ScoringScope.Current?.CancellationToken ?? default
        );
        RequireClasses(labels, path);
        output.Labels = labels;
    }

    public override DataViewSchema.Annotations Annotate(int output, IReadOnlyList<DataViewSchema.Column> inputs)
        => ClassAnnotations.OfClasses(Settings.Classes);

    private void RequireClasses(LabelVolume labels, string path)
    {
        if (Settings.Classes.Length == 0)
        {
            return;
        }

        var counts = labels.CountValues();
        foreach (var known in Settings.Classes.Where(known => known.Value < counts.Length))
        {
            counts[known.Value] = 0;
        }

        var strange = counts.Index().Where(value => value.Item > 0).ToList();
        if (strange.Count > 0)
        {
            var found = string.Join(", ", strange.Take(5).Select(value => $"{value.Index} ({value.Item} voxels)"));
            throw new VolumeFormatException(
                path,
                labels.Voxels.Header?.Format,
                null,
                $"the label value{(strange.Count == 1 ? "" : "s")} "
                    + $"{found}{(strange.Count > 5 ? ", ..." : "")} belong{(strange.Count == 1 ? "s" : "")} to no "
                    + $"class. Classes: {string.Join(", ", Settings.Classes.Select(c => $"{c.Value} {c.Name}"))}. "
                    + "Add a class for it, or correct the file."
            );
        }
    }
}

/// <summary>Version 1 of saved LoadLabelVolumes.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class LoadLabelVolumesContract()
    : RowContract<PathsInput, LabelVolumeOutput>(ContractName, state => new LabelVolumeLoading(state.Read<LabelVolumeLoadingSettings>()))
{
    public const string ContractName = ZipStages.ContractPrefix + "LoadLabelVolumes/1";
}
