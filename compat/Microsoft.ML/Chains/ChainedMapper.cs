// Stands in for internals of Microsoft.ML.Data: row mappers in a row, as a prediction engine uses a chain.
namespace Microsoft.ML.Data;

internal sealed class ChainedMapper(DataViewSchema input, IReadOnlyList<IRowToRowMapper> mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema => input;

    public DataViewSchema OutputSchema => mappers.Count == 0 ? input : mappers[^1].OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(
        IEnumerable<DataViewSchema.Column> dependingColumns) => mappers.Reverse().Aggregate(
            dependingColumns, (columns, mapper) => mapper.GetDependencies(columns).ToArray());

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        // From the last mapper to the first, find out what each has to give; then build from the first on.
        var active = new IEnumerable<DataViewSchema.Column>[mappers.Count];
        var needed = activeColumns.ToArray();
        for (var i = mappers.Count - 1; i >= 0; i--)
        {
            active[i] = needed;
            needed = mappers[i].GetDependencies(needed).ToArray();
        }

        var row = input;
        for (var i = 0; i < mappers.Count; i++)
        {
            row = mappers[i].GetRow(row, active[i]);
        }

        return row;
    }
}
