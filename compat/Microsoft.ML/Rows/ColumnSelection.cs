// Stands in for internals of Microsoft.ML.Data: a mapping that hands on some columns and computes none.
namespace Microsoft.ML.Data;

internal sealed class ColumnSelection(DataViewSchema input, IEnumerable<int> kept) : RowMapping(input, kept, [])
{
    /// <summary>The columns whose values may be buffered; custom types are left out.</summary>
    public static ColumnSelection Cacheable(DataViewSchema schema) => new(
        schema, schema.Where(column => column.Type.IsCacheable()).Select(column => column.Index));

    public override Func<int, Delegate> GetterFactory(DataViewRow input) =>
        added => throw new InvalidOperationException("Selecting columns computes none.");

    protected override IEnumerable<DataViewSchema.Column> InputsOf(int added) => [];
}
