using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>Names of classes in columns of labels: texts, keys and Booleans.</summary>
internal static class LabelNames
{
    /// <summary>The classes of a Boolean column; the second one is positive.</summary>
    public static IReadOnlyList<string> OfBooleans { get; } = [bool.FalseString, bool.TrueString];

    /// <summary>The names of a key's values, its numbers from 0 where they have none; empty for columns that are no keys.</summary>
    public static IReadOnlyList<string> OfKey(DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType key)
        {
            return [];
        }

        return (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type as VectorDataViewType)?.ItemType.RawType switch
        {
            { } type when type == typeof(ReadOnlyMemory<char>) => Read<ReadOnlyMemory<char>>(column, text => text.ToString()),
            { } type when type == typeof(float) => Read<float>(column, Number),
            { } type when type == typeof(double) => Read<double>(column, Number),
            { } type when type == typeof(int) => Read<int>(column, Number),
            { } type when type == typeof(long) => Read<long>(column, Number),
            { } type when type == typeof(uint) => Read<uint>(column, Number),
            { } type when type == typeof(byte) => Read<byte>(column, Number),
            { } type when type == typeof(bool) => Read<bool>(column, value => value ? bool.TrueString : bool.FalseString),
            _ => [.. Enumerable.Range(0, (int)Math.Min(key.Count, 1 << 20)).Select(index => index.ToString(CultureInfo.InvariantCulture))],
        };
    }

    /// <summary>Reads the name of a row's class; an empty one where the label is missing.</summary>
    /// <exception cref="ArgumentException">The column is no text, key or Boolean.</exception>
    public static Func<string> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        switch (column.Type)
        {
            case TextDataViewType:
                var getText = row.GetGetter<ReadOnlyMemory<char>>(column);
                return () =>
                {
                    ReadOnlyMemory<char> text = default;
                    getText(ref text);
                    return text.ToString();
                };
            case BooleanDataViewType:
                var getBoolean = row.GetGetter<bool>(column);
                return () =>
                {
                    var value = false;
                    getBoolean(ref value);
                    return value ? bool.TrueString : bool.FalseString;
                };
            case KeyDataViewType key when key.RawType == typeof(uint):
                var (names, getKey) = (OfKey(column), row.GetGetter<uint>(column));
                return () =>
                {
                    uint value = 0;
                    getKey(ref value);
                    return value == 0 || value > names.Count ? "" : names[(int)value - 1];
                };
            default:
                throw new ArgumentException(
                    $"Column '{column.Name}' is {column.Type}; labels are text, keys (of UInt32) or Booleans. Put MapValueToKey before it."
                );
        }
    }

    private static string Number<T>(T value)
        where T : IFormattable
        => value.ToString(null, CultureInfo.InvariantCulture);

    private static IReadOnlyList<string> Read<T>(DataViewSchema.Column column, Func<T, string> write)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(write)];
    }
}
