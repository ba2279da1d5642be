// Stands in for internals of Microsoft.ML.Data: a row, or a cursor, with the columns of a mapping over another.
namespace Microsoft.ML.Data;

internal sealed class MappedGetters(RowMapping mapping, DataViewRow input, bool[] active)
{
    private readonly Delegate[] _added = new Delegate[mapping.OutputSchema.Count];
    private Func<int, Delegate> _factory;

    public DataViewSchema Schema => mapping.OutputSchema;

    public bool IsActive(DataViewSchema.Column column) => column.Index < active.Length && active[column.Index];

    public ValueGetter<TValue> Get<TValue>(DataViewSchema.Column column)
    {
        if (!IsActive(column))
        {
            throw Getters.Inactive(column);
        }

        var source = mapping.Source(column.Index);
        if (source >= 0)
        {
            return input.GetGetter<TValue>(input.Schema[source]);
        }

        _factory ??= mapping.GetterFactory(input);
        _added[column.Index] ??= _factory(mapping.Added(column.Index));
        return Getters.Typed<TValue>(_added[column.Index], Schema[column.Index]);
    }
}

internal sealed class MappedRow(DataViewRow input, MappedGetters getters) : DataViewRow
{
    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => getters.Schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => getters.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => getters.Get<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        input.Dispose();
        base.Dispose(disposing);
    }
}

internal sealed class MappedCursor(DataViewRowCursor input, MappedGetters getters) : DataViewRowCursor
{
    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => getters.Schema;

    public override bool MoveNext() => input.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) => getters.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => getters.Get<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        input.Dispose();
        base.Dispose(disposing);
    }
}
