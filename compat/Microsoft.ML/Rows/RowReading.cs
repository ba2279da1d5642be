// Stands in for internals of Microsoft.ML.Data: getters that take column values out of the current row object.
using System.Numerics;
using System.Reflection;

namespace Microsoft.ML.Data;

internal static class RowReading
{
    /// <summary>A getter of the column's raw type; text and vectors are converted from strings and arrays.</summary>
    public static Delegate Getter<TRow>(RowMember member, Func<TRow> current)
    {
        var memberType = member.MemberType;
        if (memberType == typeof(string))
        {
            return Text(member.Member, current);
        }

        if (memberType == typeof(string[]))
        {
            return Texts(member.Member, current);
        }

        var (itemType, isVector) = RowMember.ItemOf(memberType);
        if (member.ColumnType is KeyDataViewType key)
        {
            return (Delegate)GenericCall.Invoke(
                typeof(RowReading), nameof(Key), [typeof(TRow), itemType], member.Member, current, key);
        }

        var method = memberType.IsArray ? nameof(Array) : isVector ? nameof(Buffer) : nameof(Scalar);
        return (Delegate)GenericCall.Invoke(
            typeof(RowReading), method, [typeof(TRow), itemType], member.Member, current);
    }

    private static ValueGetter<ReadOnlyMemory<char>> Text<TRow>(MemberInfo member, Func<TRow> current)
    {
        var read = MemberAccess.Reader<TRow, string>(member);
        return (ref ReadOnlyMemory<char> value) => value = read(current()).AsMemory();
    }

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> Texts<TRow>(MemberInfo member, Func<TRow> current)
    {
        var read = MemberAccess.Reader<TRow, string[]>(member);
        return (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            var texts = read(current()) ?? [];
            var editor = VBufferEditor.Create(ref value, texts.Length);
            for (var i = 0; i < texts.Length; i++)
            {
                editor.Values[i] = texts[i].AsMemory();
            }

            value = editor.Commit();
        };
    }

    private static ValueGetter<T> Scalar<TRow, T>(MemberInfo member, Func<TRow> current)
    {
        var read = MemberAccess.Reader<TRow, T>(member);
        return (ref T value) => value = read(current());
    }

    // Row objects count keys from 0, views from 1; what is past the last key is missing, which is 0 in views.
    private static ValueGetter<T> Key<TRow, T>(MemberInfo member, Func<TRow> current, KeyDataViewType type)
        where T : INumber<T>
    {
        var read = MemberAccess.Reader<TRow, T>(member);
        return (ref T value) =>
        {
            var key = read(current());
            value = ulong.CreateChecked(key) < type.Count ? key + T.One : T.Zero;
        };
    }

    private static ValueGetter<VBuffer<T>> Array<TRow, T>(MemberInfo member, Func<TRow> current)
    {
        var read = MemberAccess.Reader<TRow, T[]>(member);
        return (ref VBuffer<T> value) =>
        {
            var items = read(current()) ?? [];
            VBuffer<T>.Copy(items, 0, ref value, items.Length);
        };
    }

    private static ValueGetter<VBuffer<T>> Buffer<TRow, T>(MemberInfo member, Func<TRow> current)
    {
        var read = MemberAccess.Reader<TRow, VBuffer<T>>(member);
        return (ref VBuffer<T> value) => read(current()).CopyTo(ref value);
    }
}
