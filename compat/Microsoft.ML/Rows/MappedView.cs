// Stands in for internals of Microsoft.ML.Data: a view whose rows are mapped while a cursor passes over them.
namespace Microsoft.ML.Data;

internal sealed class MappedView(IDataView input, RowMapping mapping) : IDataView
{
    public DataViewSchema Schema => mapping.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var needed = columnsNeeded.ToArray();
        return Map(input.GetRowCursor(mapping.GetDependencies(needed), rand), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var needed = columnsNeeded.ToArray();
        var cursors = input.GetRowCursorSet(mapping.GetDependencies(needed), n, rand);
        return Array.ConvertAll(cursors, cursor => Map(cursor, needed));
    }

    private DataViewRowCursor Map(DataViewRowCursor cursor, DataViewSchema.Column[] needed) =>
        new MappedCursor(cursor, new MappedGetters(mapping, cursor, Getters.Active(Schema, needed)));
}
