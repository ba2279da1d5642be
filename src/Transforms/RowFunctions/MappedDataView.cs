namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>A data view with a function's outputs added; as lazy, as long and as shuffled as its source.</summary>
internal sealed class MappedDataView(IDataView source, RowMapping mapping) : IDataView
{
    public DataViewSchema Schema => mapping.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToArray();
        return new Cursor(source.GetRowCursor(mapping.InputsFor(needed), rand), mapping, needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var needed = columnsNeeded.ToArray();
        return [.. source.GetRowCursorSet(mapping.InputsFor(needed), n, rand).Select(cursor => new Cursor(cursor, mapping, needed))];
    }

    private sealed class Cursor(DataViewRowCursor source, RowMapping mapping, IEnumerable<DataViewSchema.Column> active) : DataViewRowCursor
    {
        private readonly MappedColumns _columns = new(source, mapping, active);

        public override DataViewSchema Schema => _columns.Mapping.OutputSchema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override bool MoveNext() => source.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.GetGetter<TValue>(column);

        public override ValueGetter<Data.DataViewRowId> GetIdGetter() => source.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                source.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
