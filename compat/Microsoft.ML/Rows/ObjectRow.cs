// Stands in for internals of Microsoft.ML.Data: the row that a prediction engine fills with one object after another.
namespace Microsoft.ML.Data;

internal sealed class ObjectRow<TRow> : DataViewRow
{
    private readonly Delegate[] _getters;
    private long _position = -1;
    private TRow _current;

    public ObjectRow(RowMember[] members)
    {
        Schema = DataViewSchema.Of(members.Select(member => member.ToColumn()));
        _getters = Array.ConvertAll(members, member => RowReading.Getter(member, () => _current));
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public void Set(TRow row)
    {
        _current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < _getters.Length;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        Getters.Typed<TValue>(_getters[column.Index], column);

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
}
