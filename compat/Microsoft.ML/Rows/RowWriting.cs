// Stands in for internals of Microsoft.ML.Data: fills row objects with the column values of a row of a view.
using System.Reflection;

namespace Microsoft.ML.Data;

internal sealed class RowWriting<TRow>
{
    private readonly (RowMember Member, DataViewSchema.Column Column)[] _bound;

    public RowWriting(DataViewSchema schema, SchemaDefinition definition, bool ignoreMissingColumns)
    {
        var bound = new List<(RowMember, DataViewSchema.Column)>();
        foreach (var member in RowMember.Of(typeof(TRow), definition, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(member.ColumnName) is { } column)
            {
                Check(member, column);
                bound.Add((member, column));
            }
            else if (!ignoreMissingColumns)
            {
                throw SchemaMismatch.Missing("Schema", string.Empty, member.ColumnName);
            }
        }

        _bound = bound.ToArray();
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bound.Select(pair => pair.Column);

    /// <summary>An action that writes all columns of the row's current position into an object.</summary>
    public Action<TRow> Bind(DataViewRow row)
    {
        var setters = _bound.Select(pair => Setter(row, pair.Column, pair.Member)).ToArray();
        return target =>
        {
            foreach (var set in setters)
            {
                set(target);
            }
        };
    }

    private static void Check(RowMember member, DataViewSchema.Column column)
    {
        var (itemType, isVector) = RowMember.ItemOf(member.MemberType);
        var vectorType = column.Type as VectorDataViewType;
        if (isVector != vectorType is not null || (vectorType?.ItemType ?? column.Type).RawType != itemType)
        {
            throw new InvalidOperationException(
                $"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to field or property "
                + $"'{member.Member.Name}' of type '{member.MemberType.FullName}'.");
        }
    }

    private static Action<TRow> Setter(DataViewRow row, DataViewSchema.Column column, RowMember member)
    {
        var memberType = member.MemberType;

        // Of custom types, those that some attribute has registered are known, and no others of the same class.
        if (column.Type is not (PrimitiveDataViewType or VectorDataViewType) && !DataViewTypeManager.Knows(column.Type))
        {
            throw new NotImplementedException($"Type '{memberType.FullName}' is not yet supported.");
        }

        if (memberType == typeof(string))
        {
            return Text(row, column, member.Member);
        }

        if (memberType == typeof(string[]))
        {
            return Texts(row, column, member.Member);
        }

        var (itemType, isVector) = RowMember.ItemOf(memberType);
        var method = memberType.IsArray ? nameof(Array) : isVector ? nameof(Buffer) : nameof(Scalar);
        return (Action<TRow>)GenericCall.Invoke(
            typeof(RowWriting<TRow>), method, [itemType], row, column, member.Member);
    }

    private static Action<TRow> Text(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        var get = row.GetGetter<ReadOnlyMemory<char>>(column);
        var write = MemberAccess.Writer<TRow, string>(member);
        ReadOnlyMemory<char> value = default;
        return target =>
        {
            get(ref value);
            write(target, value.ToString());
        };
    }

    private static Action<TRow> Texts(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        var get = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        var write = MemberAccess.Writer<TRow, string[]>(member);
        VBuffer<ReadOnlyMemory<char>> value = default;
        return target =>
        {
            get(ref value);
            write(target, value.DenseValues().Select(text => text.ToString()).ToArray());
        };
    }

    private static Action<TRow> Scalar<T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        var get = row.GetGetter<T>(column);
        var write = MemberAccess.Writer<TRow, T>(member);
        T value = default;
        return target =>
        {
            get(ref value);
            write(target, value);
        };
    }

    // Arrays and buffers that the object already holds are filled again where their size allows it.
    private static Action<TRow> Array<T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        var get = row.GetGetter<VBuffer<T>>(column);
        var read = MemberAccess.Reader<TRow, T[]>(member);
        var write = MemberAccess.Writer<TRow, T[]>(member);
        VBuffer<T> value = default;
        return target =>
        {
            get(ref value);
            var items = read(target);
            if ((items?.Length ?? 0) != value.Length)
            {
                items = new T[value.Length];
            }

            // An empty vector leaves an array that is not there as it is.
            if (items is not null)
            {
                value.CopyTo(items);
                write(target, items);
            }
        };
    }

    private static Action<TRow> Buffer<T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        var get = row.GetGetter<VBuffer<T>>(column);
        var read = MemberAccess.Reader<TRow, VBuffer<T>>(member);
        var write = MemberAccess.Writer<TRow, VBuffer<T>>(member);
        return target =>
        {
            var value = read(target);
            get(ref value);
            write(target, value);
        };
    }
}
