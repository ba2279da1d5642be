// Stands in for internals of Microsoft.ML.Data: a cursor that hands on the columns of another, not all of its rows.
namespace Microsoft.ML.Data;

internal abstract class RelayCursor(DataViewRowCursor input, bool[] active) : DataViewRowCursor
{
    private long _position = -1;
    private bool _isPastEnd;

    public override long Position => _isPastEnd ? -1 : _position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => input.Schema;

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < active.Length && active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => IsColumnActive(column)
        ? input.GetGetter<TValue>(column)
        : throw Getters.Inactive(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool MoveNext()
    {
        if (_isPastEnd || !MoveNextCore(input))
        {
            _isPastEnd = true;
            return false;
        }

        _position++;
        return true;
    }

    protected abstract bool MoveNextCore(DataViewRowCursor input);

    protected override void Dispose(bool disposing)
    {
        input.Dispose();
        base.Dispose(disposing);
    }
}
