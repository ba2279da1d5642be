using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>What a <see cref="RowFunction{TInput, TOutput}"/> reads of one row. One class per combination of columns.</summary>
/// <remarks>
/// The class serves twice. In memory, <see cref="Bind"/> fills it from the columns that the user named. In a loaded model,
/// ML.NET fills it by its column attributes: columns named <see cref="ZipStages.Input"/> 0, 1, ..., to which
/// <see cref="Route"/> leads the user's columns, and the saved state. Public properties are columns, so everything else here is a method.
/// </remarks>
internal abstract class InputRow
{
    /// <summary>The saved function; set in loaded models only.</summary>
    [ColumnName(ZipStages.State)]
    public ReadOnlyMemory<char> State { get; set; }

    /// <summary>The text of the function's bulk data; set in loaded models of functions that have some.</summary>
    public virtual ReadOnlyMemory<char> BlobsOf() => default;

    /// <summary>What the column for an input must be; inputs count from 0 in the order in which the transformer names them.</summary>
    public abstract ColumnKind KindOf(int input);

    /// <summary>An action that fills this object from the row's current position.</summary>
    /// <param name="row">The row to read; its columns are active.</param>
    /// <param name="columns">The user's columns, in the order of inputs.</param>
    public abstract Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns);

    /// <summary>Stock estimators that bring the user's columns under this class's column names.</summary>
    public virtual IEnumerable<IEstimator<ITransformer>> Route(MLContext context, IReadOnlyList<string> columns)
        => columns.Select((column, input) => context.Transforms.CopyColumns(ZipStages.InputName(input), column));

    /// <summary>Reads one column into a member.</summary>
    protected static Action Read<T>(DataViewRow row, DataViewSchema.Column column, Action<T?> store)
    {
        var get = row.GetGetter<T?>(column);
        return () =>
        {
            T? value = default;
            get(ref value);
            store(value);
        };
    }

    /// <summary>The texts of several columns, scalars and vectors alike, in order.</summary>
    protected static Action ReadTexts(
        DataViewRow row,
        IEnumerable<DataViewSchema.Column> columns,
        Action<VBuffer<ReadOnlyMemory<char>>> store
    )
    {
        var gathered = new List<ReadOnlyMemory<char>>();
        var reads = columns.Select(column => column.Type is VectorDataViewType
            ? Read<VBuffer<ReadOnlyMemory<char>>>(row, column, texts => gathered.AddRange(texts.DenseValues()))
            : Read<ReadOnlyMemory<char>>(row, column, gathered.Add)).ToArray();
        return () =>
        {
            gathered.Clear();
            Array.ForEach(reads, read => read());
            store(new(gathered.Count, [.. gathered]));
        };
    }

    /// <summary>The value, which a row must have.</summary>
    protected static T Required<T>(T? value)
        where T : class
        => value ?? throw new InvalidOperationException($"A row has no {typeof(T).Name} (its value is null). Every row needs one.");
}
