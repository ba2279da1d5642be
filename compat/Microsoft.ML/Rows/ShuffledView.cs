// Stands in for internals of Microsoft.ML.Data: rows drawn at random from a pool that the source keeps full.
namespace Microsoft.ML.Data;

internal sealed class ShuffledView(IDataView input, int seed, int poolSize, bool shuffleSource) : IDataView
{
    public DataViewSchema Schema => input.Schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var needed = columnsNeeded.ToArray();
        var random = rand ?? new Random(seed);
        var source = input.GetRowCursor(needed, shuffleSource && input.CanShuffle ? random : null);
        return new Cursor(source, Getters.Active(Schema, needed), random, poolSize);
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : SourceCursor
    {
        private readonly DataViewRowCursor _source;
        private readonly Random _random;
        private readonly int _poolSize;
        private readonly IPooledColumn[] _columns;
        private readonly PooledColumn<DataViewRowId> _ids;
        private bool _sourceIsEmpty;
        private int _count;
        private int _served = -1;

        public Cursor(DataViewRowCursor source, bool[] active, Random random, int poolSize)
            : base(source.Schema, active)
        {
            _source = source;
            _random = random;
            _poolSize = poolSize;
            _ids = new PooledColumn<DataViewRowId>(source.GetIdGetter(), Served);
            var columns = new List<IPooledColumn> { _ids };
            foreach (var column in source.Schema.Where(column => active[column.Index]))
            {
                var pooled = (IPooledColumn)GenericCall.Invoke(
                    this, typeof(Cursor), nameof(Pool), [column.Type.RawType], column);
                columns.Add(pooled);
                SetGetter(column.Index, pooled.Getter);
            }

            _columns = columns.ToArray();
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ValueGetter<DataViewRowId>)_ids.Getter;

        protected override bool MoveNextCore()
        {
            if (_served >= 0 && !Read(_served))
            {
                // The source is at its end: the last row of the pool takes the place of the one that was served.
                _count--;
                foreach (var column in _columns)
                {
                    column.Move(_count, _served);
                }
            }

            while (_count < _poolSize && Read(_count))
            {
                _count++;
            }

            if (_count == 0)
            {
                return false;
            }

            _served = _random.Next(_count);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            _source.Dispose();
            base.Dispose(disposing);
        }

        private PooledColumn<T> Pool<T>(DataViewSchema.Column column) =>
            new(_source.GetGetter<T>(column), Served);

        private int Served()
        {
            ThrowIfNotOnRow();
            return _served;
        }

        private bool Read(int slot)
        {
            if (_sourceIsEmpty || !_source.MoveNext())
            {
                _sourceIsEmpty = true;
                return false;
            }

            foreach (var column in _columns)
            {
                column.Read(slot);
            }

            return true;
        }
    }
}
