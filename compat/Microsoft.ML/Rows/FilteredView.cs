// Stands in for internals of Microsoft.ML.Data: the rows that pass a test.
namespace Microsoft.ML.Data;

internal sealed class FilteredView(
    IDataView input, IEnumerable<DataViewSchema.Column> tested, Func<DataViewRow, Func<bool>> test) : IDataView
{
    public DataViewSchema Schema => input.Schema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var needed = columnsNeeded.ToArray();
        return Filter(input.GetRowCursor(WithTested(needed), rand), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var needed = columnsNeeded.ToArray();
        return Array.ConvertAll(
            input.GetRowCursorSet(WithTested(needed), n, rand), cursor => Filter(cursor, needed));
    }

    private IEnumerable<DataViewSchema.Column> WithTested(DataViewSchema.Column[] needed) =>
        needed.Concat(tested).DistinctBy(column => column.Index);

    private DataViewRowCursor Filter(DataViewRowCursor cursor, DataViewSchema.Column[] needed) =>
        new Cursor(cursor, Getters.Active(Schema, needed), test(cursor));

    private sealed class Cursor(DataViewRowCursor input, bool[] active, Func<bool> isKept)
        : RelayCursor(input, active)
    {
        protected override bool MoveNextCore(DataViewRowCursor input)
        {
            while (input.MoveNext())
            {
                if (isKept())
                {
                    return true;
                }
            }

            return false;
        }
    }
}
