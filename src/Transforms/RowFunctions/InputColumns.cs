using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Columns;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>The columns that an estimator or transformer is offered; finds those it needs or says what is missing.</summary>
internal sealed class InputColumns
{
    private readonly Dictionary<string, ColumnDescription> _columns = [];

    private InputColumns()
    {
    }

    /// <summary>The columns while a pipeline is checked, before anything is fitted.</summary>
    public static InputColumns Of(SchemaShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var columns = new InputColumns();
        foreach (var column in shape)
        {
            var isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
            columns._columns[column.Name] = new(column.Name, column.ItemType, isVector, column.IsKey, DataViewSchema.Annotations.Empty);
        }

        return columns;
    }

    /// <summary>The columns of data.</summary>
    public static InputColumns Of(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var columns = new InputColumns();
        foreach (var column in schema.Where(column => !column.IsHidden))
        {
            var vector = column.Type as VectorDataViewType;
            var itemType = vector?.ItemType ?? column.Type;
            columns._columns[column.Name] = new(column.Name, itemType, vector is not null, itemType is KeyDataViewType, column.Annotations);
        }

        return columns;
    }

    /// <summary>A column by its name; null if there is none.</summary>
    public ColumnDescription? Find(string name) => _columns.TryGetValue(name, out var column) ? column : null;

    /// <summary>True for a column of label volumes; transforms of both kinds choose by it.</summary>
    public bool HoldsLabels(string name) => Find(name)?.ItemType is LabelVolumeDataViewType;

    /// <summary>A column of a certain kind.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="kind">What it must be.</param>
    /// <param name="user">Who needs it, such as "NormalizeIntensity"; stands in errors.</param>
    /// <exception cref="ArgumentException">There is no such column, or it is of another kind.</exception>
    public ColumnDescription Require(string name, ColumnKind kind, string user)
    {
        if (Find(name) is not { } column)
        {
            throw new ArgumentException(
                $"There is no column '{name}'; {kind.Requirement(user)}{kind.WhereMissing} Columns: {string.Join(", ", _columns.Keys)}.");
        }

        return kind.Accepts(column)
            ? column
            : throw new ArgumentException($"Column '{name}' is {column}; {kind.Requirement(user)}");
    }
}
