// Stands in for Microsoft.ML.Data: mlContext.Data, to and from objects.
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    // Splits and shuffles are the same each time where neither the call nor the context has a seed.
    private const int DefaultSeed = 42;

    private readonly HostEnvironment _environment;

    internal DataOperationsCatalog(HostEnvironment environment) => _environment = environment;

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        var members = RowMember.Of(typeof(TRow), schemaDefinition, SchemaDefinition.Direction.Read);
        return new EnumerableView<TRow>(data, members);
    }

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(schema);
        return LoadFromEnumerable(data, SchemaDefinition.For(typeof(TRow), schema));
    }

    public IEnumerable<TRow> CreateEnumerable<TRow>(
        IDataView data,
        bool reuseRowObject,
        bool ignoreMissingColumns = false,
        SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        var writing = new RowWriting<TRow>(data.Schema, schemaDefinition, ignoreMissingColumns);
        return Enumerate(data, writing, reuseRowObject);
    }

    private static IEnumerable<TRow> Enumerate<TRow>(IDataView data, RowWriting<TRow> writing, bool reuseRowObject)
        where TRow : class, new()
    {
        using var cursor = data.GetRowCursor(writing.Columns);
        var fill = writing.Bind(cursor);
        TRow row = null;
        while (cursor.MoveNext())
        {
            row = reuseRowObject && row is not null ? row : new TRow();
            fill(row);
            yield return row;
        }
    }
}
