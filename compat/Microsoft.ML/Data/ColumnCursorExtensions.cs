// Stands in for Microsoft.ML.Data: the values of one column, without row objects.
namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.GetColumn<T>(data.Schema[columnName]);
    }

    /// <summary>Text may be taken as strings, and vectors as arrays.</summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (itemType, isVector) = RowMember.ItemOf(typeof(T));
        var vectorType = column.Type as VectorDataViewType;
        if (isVector != vectorType is not null || (vectorType?.ItemType ?? column.Type).RawType != itemType)
        {
            throw SchemaMismatch.WrongType(
                nameof(column), "input", column.Name, typeof(T).ToString(), column.Type.ToString());
        }

        return Values<T>(data, column);
    }

    private static IEnumerable<T> Values<T>(IDataView data, DataViewSchema.Column column)
    {
        using var cursor = data.GetRowCursor([column]);
        var read = Reader<T>(cursor, column);
        while (cursor.MoveNext())
        {
            yield return read();
        }
    }

    private static Func<T> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (typeof(T) == typeof(string))
        {
            var text = Raw<ReadOnlyMemory<char>>(row, column);
            return () => (T)(object)text().ToString();
        }

        if (typeof(T) == typeof(string[]))
        {
            var texts = Raw<VBuffer<ReadOnlyMemory<char>>>(row, column);
            return () => (T)(object)texts().DenseValues().Select(text => text.ToString()).ToArray();
        }

        return typeof(T).IsArray
            ? (Func<T>)GenericCall.Invoke(
                typeof(ColumnCursorExtensions), nameof(Dense), [typeof(T).GetElementType()], row, column)
            : Raw<T>(row, column);
    }

    private static Func<T> Raw<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var get = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            get(ref value);
            return value;
        };
    }

    private static Func<T[]> Dense<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var get = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            get(ref value);
            var items = new T[value.Length];
            value.CopyTo(items);
            return items;
        };
    }
}
