// Stands in for internals of Microsoft.ML.Data: the part that cursors over a source of rows have in common.
namespace Microsoft.ML.Data;

internal abstract class SourceCursor : DataViewRowCursor
{
    private readonly Delegate[] _getters;
    private long _position = -1;
    private bool _isPastEnd;

    protected SourceCursor(DataViewSchema schema, bool[] active)
    {
        Schema = schema;
        IsActive = active;
        _getters = new Delegate[active.Length];
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _isPastEnd ? -1 : _position;

    public override long Batch => 0;

    protected bool[] IsActive { get; }

    public override bool MoveNext()
    {
        if (_isPastEnd || !MoveNextCore())
        {
            _isPastEnd = true;
            return false;
        }

        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < IsActive.Length && IsActive[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => IsColumnActive(column)
        ? Getters.Typed<TValue>(_getters[column.Index], Schema[column.Index])
        : throw Getters.Inactive(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        ThrowIfNotOnRow();
        id = new DataViewRowId((ulong)_position, 0);
    };

    protected abstract bool MoveNextCore();

    protected void SetGetter(int column, Delegate getter) => _getters[column] = getter;

    protected void ThrowIfNotOnRow()
    {
        if (Position < 0)
        {
            throw new InvalidOperationException(
                "Values cannot be fetched at this time. The cursor is before its first row or after its last.");
        }
    }
}
