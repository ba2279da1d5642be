// Stands in for internals of Microsoft.ML.Data: the checks that every row makes before it hands out a getter.
namespace Microsoft.ML.Data;

internal static class Getters
{
    public static ValueGetter<TValue> Typed<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");

    public static ArgumentOutOfRangeException Inactive(DataViewSchema.Column column) =>
        new(nameof(column), $"requested column is not active: '{column.Name}'");

    /// <summary>Which columns of a schema are asked for, by their places alone, as in the real library.</summary>
    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (var column in columns ?? [])
        {
            if (column.Index >= active.Length)
            {
                throw new InvalidOperationException($"The requested column: {column} is not part of the view.");
            }

            active[column.Index] = true;
        }

        return active;
    }
}
