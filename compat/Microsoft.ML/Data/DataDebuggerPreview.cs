// Stands in for Microsoft.ML.Data: the first rows of a view, as objects to look at.
using System.Collections.Immutable;

namespace Microsoft.ML.Data;

public sealed class DataDebuggerPreview
{
    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(maxRows);
        Schema = data.Schema;

        var rows = new List<RowInfo>();
        using var cursor = data.GetRowCursor(Schema);
        var getters = Schema.Select(column => (Func<object>)GenericCall.Invoke(
            typeof(DataDebuggerPreview), nameof(Boxed), [column.Type.RawType], cursor, column)).ToArray();
        while (rows.Count < maxRows && cursor.MoveNext())
        {
            rows.Add(new RowInfo(
                [.. Schema.Select(column => KeyValuePair.Create(column.Name, getters[column.Index]()))]));
        }

        RowView = [.. rows];
        ColumnView = [.. Schema.Select(column => new ColumnInfo(
            column, [.. rows.Select(row => row.Values[column.Index].Value)]))];
    }

    public DataViewSchema Schema { get; }

    public ImmutableArray<ColumnInfo> ColumnView { get; }

    public ImmutableArray<RowInfo> RowView { get; }

    public override string ToString() => $"{Schema.Count} columns, {RowView.Length} rows";

    private static Func<object> Boxed<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var get = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            get(ref value);
            return value;
        };
    }

    public sealed class RowInfo
    {
        internal RowInfo(KeyValuePair<string, object>[] values) => Values = values;

        public KeyValuePair<string, object>[] Values { get; }

        public override string ToString() => $"{Values.Length} columns";
    }

    public sealed class ColumnInfo
    {
        internal ColumnInfo(DataViewSchema.Column column, object[] values)
        {
            Column = column;
            Values = values;
        }

        public DataViewSchema.Column Column { get; }

        public object[] Values { get; }

        public override string ToString() => $"{Column.Name}: {Column.Type}";
    }
}
