using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>Reads the image and label columns of a data view, row by row, each image by reference.</summary>
internal sealed class ClassificationRows
{
    private readonly IDataView _data;
    private readonly string _name;
    private readonly DataViewSchema.Column _image;
    private readonly DataViewSchema.Column _label;
    private readonly CancellationToken _cancellationToken;

    /// <param name="data">The rows.</param>
    /// <param name="name">What messages call them, such as "training data".</param>
    /// <param name="options">Column names and cancellation.</param>
    /// <exception cref="ArgumentException">A column is missing or of another kind.</exception>
    public ClassificationRows(IDataView data, string name, ClassificationTrainer.Options options)
    {
        RequireColumns(InputColumns.Of(data.Schema), options, name);
        (_data, _name, _cancellationToken) = (data, name, options.CancellationToken);
        (_image, _label) = (data.Schema[options.ImageColumnName], data.Schema[options.LabelColumnName]);
    }

    /// <summary>True where labels are Boolean.</summary>
    public bool IsBinary => _label.Type is BooleanDataViewType;

    /// <summary>The classes that the column itself names; empty for texts.</summary>
    public IReadOnlyList<string> NamedClasses => IsBinary ? LabelNames.OfBooleans : LabelNames.OfKey(_label);

    /// <summary>Every row, numbered from 0.</summary>
    /// <exception cref="ArgumentException">A row has no image or no label.</exception>
    public IEnumerable<(int Row, Volume Image, string Label)> Read()
    {
        using var cursor = _data.GetRowCursor([_image, _label]);
        var getImage = cursor.GetGetter<Volume?>(_image);
        var getLabel = LabelNames.Reader(cursor, _label);
        for (var row = 0; cursor.MoveNext(); row++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            Volume? image = null;
            getImage(ref image);
            var label = getLabel();
            yield return (row, image ?? throw Missing(row, _image), label.Length > 0 ? label : throw Missing(row, _label));
        }
    }

    /// <summary>Fails if the columns to learn from are missing or of another kind; true for Boolean labels.</summary>
    public static bool RequireColumns(InputColumns columns, ClassificationTrainer.Options options, string name)
    {
        columns.Require(options.ImageColumnName, ColumnKind.Volume, nameof(ClassificationTrainer));
        var label =
            columns.Find(options.LabelColumnName)
            ?? throw new ArgumentException(
                $"The {name} has no column '{options.LabelColumnName}'; {nameof(ClassificationTrainer)} needs the class of each "
                    + "image: a text, a key or a Boolean."
            );
        var isBoolean = label.ItemType is BooleanDataViewType;
        return !label.IsVector && (label.IsKey || isBoolean || label.ItemType is TextDataViewType)
            ? isBoolean
            : throw new ArgumentException(
                $"Column '{label.Name}' is {label}; {nameof(ClassificationTrainer)} needs one text, "
                    + "key or Boolean. Put MapValueToKey before it."
            );
    }

    private ArgumentException Missing(int row, DataViewSchema.Column column)
        => new($"Row {row} of the {_name} has no value in column '{column.Name}'. Leave rows without images or labels out of training.");
}
