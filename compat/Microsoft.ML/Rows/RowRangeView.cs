// Stands in for internals of Microsoft.ML.Data: the rows from one position on, up to a number of them.
namespace Microsoft.ML.Data;

internal sealed class RowRangeView(IDataView input, long skip, long take) : IDataView
{
    public DataViewSchema Schema => input.Schema;

    // Another order would give other rows.
    public bool CanShuffle => false;

    public long? GetRowCount() => input.GetRowCount() is { } count
        ? Math.Min(Math.Max(count - skip, 0), take)
        : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var needed = columnsNeeded.ToArray();
        return new Cursor(input.GetRowCursor(needed), Getters.Active(Schema, needed), skip, take);
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, bool[] active, long skip, long take)
        : RelayCursor(input, active)
    {
        private long _toSkip = skip;
        private long _toTake = take;

        protected override bool MoveNextCore(DataViewRowCursor input)
        {
            for (; _toSkip > 0; _toSkip--)
            {
                if (!input.MoveNext())
                {
                    return false;
                }
            }

            return _toTake-- > 0 && input.MoveNext();
        }
    }
}
