using Microsoft.ML.MedicalSegmentation.Columns;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Reads the image and label columns of a data view, row by row, each volume by reference.</summary>
internal sealed class TrainingRows
{
    private readonly IDataView _data;
    private readonly string _name;
    private readonly DataViewSchema.Column _image;
    private readonly DataViewSchema.Column _label;
    private readonly DataViewSchema.Column? _previous;
    private readonly CancellationToken _cancellationToken;

    /// <param name="data">The rows.</param>
    /// <param name="name">What messages call them, such as "training data".</param>
    /// <param name="options">Column names and cancellation.</param>
    /// <param name="previousColumn">A column of labels of a stage before. Default: null, none.</param>
    /// <exception cref="ArgumentException">A column is missing or of another kind.</exception>
    public TrainingRows(IDataView data, string name, SegmentationTrainer.Options options, string? previousColumn = null)
    {
        _data = data;
        _name = name;
        RequireColumns(data, name, options, previousColumn);
        _image = data.Schema[options.ImageColumnName];
        _label = data.Schema[options.LabelColumnName];
        _previous = previousColumn is null ? null : data.Schema[previousColumn];
        _cancellationToken = options.CancellationToken;
    }

    /// <summary>Names of the channels that the image column is annotated with; empty where nobody named them.</summary>
    public IReadOnlyList<string> ChannelNames => ClassAnnotations.ReadChannelNames(_image.Annotations);

    /// <summary>The given classes or, where none are given, those that the data name or else hold.</summary>
    public IReadOnlyList<LabelClass> FindClasses(IReadOnlyList<LabelClass>? given, Action<string> log)
    {
        if ((given ?? NamedClasses()) is { Count: > 0 } named)
        {
            return named;
        }

        var occurring = OccurringClasses(RequireExact);
        log($"Nobody named the classes; the labels hold {string.Join(", ", occurring.Select(c => c.Value))}.");
        return occurring;
    }

    /// <summary>Orientation code of the first image.</summary>
    public string FirstOrientation()
    {
        foreach (var (_, image, _) in Read())
        {
            return image.Geometry.OrientationCode;
        }

        throw NoRows();
    }

    /// <summary>
    /// Classes that the label column is annotated with, else those of the first label volume; empty where nobody named any.
    /// </summary>
    private IReadOnlyList<LabelClass> NamedClasses()
        => ClassAnnotations.ReadClasses(_label.Annotations) is { Count: > 0 } annotated
            ? annotated
            : Labels().FirstOrDefault()?.Classes ?? [];

    /// <summary>Every value that occurs in the labels, as classes without names; reads all of them.</summary>
    /// <param name="check">Called for each row; throws for labels whose values must not become classes.</param>
    private IReadOnlyList<LabelClass> OccurringClasses(Action<int, LabelVolume> check)
    {
        var occurs = new SortedSet<int>();
        foreach (var (row, labels) in Labels().Index())
        {
            check(row, labels);
            occurs.Add(0);
            var counts = labels.CountValues();
            occurs.UnionWith(Enumerable.Range(0, counts.Length).Where(value => counts[value] > 0));
        }

        return occurs.Count > 0 ? [.. occurs.Select(LabelClass.Unnamed)] : throw NoRows();
    }

    /// <summary>Every row, numbered from 0.</summary>
    public IEnumerable<TrainingRow> Read()
    {
        using var cursor = _data.GetRowCursor(_previous is { } column ? [_image, _label, column] : [_image, _label]);
        var getPrevious = _previous is { } previous ? cursor.GetGetter<LabelVolume?>(previous) : null;
        var getImage = cursor.GetGetter<Volume?>(_image);
        var getLabels = cursor.GetGetter<LabelVolume?>(_label);
        for (var row = 0; cursor.MoveNext(); row++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            Volume? image = null;
            LabelVolume? labels = null;
            getImage(ref image);
            getLabels(ref labels);
            var read = image ?? throw Missing(row, _image);
            yield return new(row, read, OnGridOf(read, labels ?? throw Missing(row, _label)))
            {
                Previous = ReadPrevious(getPrevious, row, read),
            };
        }
    }

    /// <summary>What is thrown where there is nothing to read.</summary>
    public ArgumentException NoRows() => new($"The {_name} has no rows. Check the list of cases, and filters before the trainer.");

    private static void RequireColumns(IDataView data, string name, SegmentationTrainer.Options options, string? previousColumn)
    {
        try
        {
            var columns = InputColumns.Of(data.Schema);
            SegmentationTrainer.RequireColumns(columns, options);
            if (previousColumn is not null)
            {
                columns.Require(previousColumn, ColumnKind.LabelVolume, nameof(PlannedSegmentationTrainer));
            }
        }
        catch (ArgumentException fault)
        {
            throw new ArgumentException(
                $"The {name} cannot be used: {fault.Message} The training data and the validation set need the same steps before "
                    + "the trainer: steps.Fit(rows).Transform(rows).",
                fault
            );
        }
    }

    private LabelVolume? ReadPrevious(ValueGetter<LabelVolume?>? getter, int row, Volume image)
    {
        if (getter is null || _previous is not { } column)
        {
            return null;
        }

        LabelVolume? labels = null;
        getter(ref labels);
        var placed = OnGridOf(image, labels ?? throw Missing(row, column));
        return placed.Shape.SameGrid(image.Shape) && image.Geometry.Matches(placed.Geometry, image.Shape)
            ? placed
            : throw new ArgumentException(
                $"Row {row} of the {_name}: the labels in column '{column.Name}' lie on another grid "
                    + "than the image. Predict them for this image."
            );
    }

    // Labels of other axes, or without their empty slices, are the same labels. Others are refused where cases are inspected.
    private static LabelVolume OnGridOf(Volume image, LabelVolume labels) =>
        LabelPlacement.TryPlace(labels, image.Shape, image.Geometry) ?? labels;

    private IEnumerable<LabelVolume> Labels()
    {
        using var cursor = _data.GetRowCursor([_label]);
        var getLabels = cursor.GetGetter<LabelVolume?>(_label);
        for (var row = 0; cursor.MoveNext(); row++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            LabelVolume? labels = null;
            getLabels(ref labels);
            yield return labels ?? throw Missing(row, _label);
        }
    }

    // Each value would become a class, and compression with loss makes values.
    private static void RequireExact(int row, LabelVolume labels)
    {
        if (labels.Voxels.Header is { IsLossy: true } header)
        {
            throw new InputDataException(
                $"Row {row} of the training data has labels from '{header.Source}', which is compressed with loss "
                    + $"({header.Format}): its values are not those that were drawn, and nobody named the classes. Write the labels anew "
                    + "in a format without loss, such as PNG or NIfTI, from the original, or name the classes."
            );
        }
    }

    private ArgumentException Missing(int row, DataViewSchema.Column column)
        => new($"Row {row} of the {_name} has no value in column '{column.Name}'. Leave rows without labels out of training.");
}
