// Stands in for internals of Microsoft.ML.Data: a view of objects, enumerated anew by each cursor.
namespace Microsoft.ML.Data;

internal sealed class EnumerableView<TRow> : IDataView
{
    private readonly IEnumerable<TRow> _rows;
    private readonly RowMember[] _members;

    public EnumerableView(IEnumerable<TRow> rows, RowMember[] members)
    {
        _rows = rows;
        _members = members;
        Schema = DataViewSchema.Of(members.Select(member => member.ToColumn()));
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => (_rows as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(this, Getters.Active(Schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : SourceCursor
    {
        private readonly IEnumerator<TRow> _rows;

        public Cursor(EnumerableView<TRow> view, bool[] active)
            : base(view.Schema, active)
        {
            _rows = view._rows.GetEnumerator();
            for (var i = 0; i < active.Length; i++)
            {
                if (active[i])
                {
                    SetGetter(i, RowReading.Getter(view._members[i], Current));
                }
            }
        }

        protected override bool MoveNextCore() => _rows.MoveNext();

        protected override void Dispose(bool disposing)
        {
            _rows.Dispose();
            base.Dispose(disposing);
        }

        private TRow Current()
        {
            ThrowIfNotOnRow();
            return _rows.Current is { } row
                ? row
                : throw new InvalidOperationException("Encountered null when iterating over data.");
        }
    }
}
