// Stands in for internals of Microsoft.ML.Data: columns kept in memory once a cursor has asked for them.
namespace Microsoft.ML.Data;

/// <summary>Custom column types, whose values may not be copied, are not part of the view.</summary>
internal sealed class CacheView : IDataView
{
    private readonly Lock _gate = new();
    private readonly IDataView _input;
    private readonly DataViewSchema.Column[] _sources;
    private readonly ICachedColumn[] _columns;
    private long? _rowCount;

    public CacheView(IDataView input)
    {
        _input = input;
        _sources = input.Schema.Where(column => column.Type.IsCacheable()).ToArray();
        _columns = new ICachedColumn[_sources.Length];
        _rowCount = input.GetRowCount();
        Schema = DataViewSchema.Of(_sources.Select(column => new DataViewSchema.DetachedColumn(column)));
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => _rowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(this, Getters.Active(Schema, columnsNeeded), rand);

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private long Fill(bool[] active)
    {
        lock (_gate)
        {
            var missing = Enumerable.Range(0, _columns.Length)
                .Where(i => active[i] && _columns[i] is null).ToArray();
            if (missing.Length > 0 || _rowCount is null)
            {
                Read(missing);
            }

            return _rowCount.GetValueOrDefault();
        }
    }

    private void Read(int[] missing)
    {
        using var cursor = _input.GetRowCursor(missing.Select(i => _sources[i]));
        var columns = Array.ConvertAll(missing, i => (ICachedColumn)GenericCall.Invoke(
            typeof(CacheView), nameof(Create), [_sources[i].Type.RawType], cursor, _sources[i]));
        var count = 0L;
        for (; cursor.MoveNext(); count++)
        {
            foreach (var column in columns)
            {
                column.Add();
            }
        }

        _rowCount = count;
        for (var i = 0; i < missing.Length; i++)
        {
            _columns[missing[i]] = columns[i];
        }
    }

    private static CachedColumn<T> Create<T>(DataViewRow row, DataViewSchema.Column column) =>
        new(row.GetGetter<T>(column));

    private sealed class Cursor(CacheView view, bool[] active, Random random) : SourceCursor(view.Schema, active)
    {
        private long _next;
        private long? _count;
        private int[] _order;
        private int _row;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
        {
            ThrowIfNotOnRow();
            id = new DataViewRowId((ulong)_row, 0);
        };

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
            {
                throw Getters.Inactive(column);
            }

            Start();
            return Getters.Typed<TValue>(view._columns[column.Index].Getter(CurrentRow), Schema[column.Index]);
        }

        protected override bool MoveNextCore()
        {
            Start();
            if (_next >= _count)
            {
                return false;
            }

            _row = _order?[_next] ?? (int)_next;
            _next++;
            return true;
        }

        private int CurrentRow()
        {
            ThrowIfNotOnRow();
            return _row;
        }

        private void Start()
        {
            if (_count is not null)
            {
                return;
            }

            _count = view.Fill(IsActive);
            if (random is not null)
            {
                _order = Enumerable.Range(0, checked((int)_count)).ToArray();
                random.Shuffle(_order);
            }
        }
    }
}
