// Stands in for internals of Microsoft.ML.Data: a row-to-row transformer bound to an input schema.
namespace Microsoft.ML.Data;

/// <summary>Some input columns handed on as they are, then columns that are computed from the row.</summary>
internal abstract class RowMapping : IRowToRowMapper
{
    private readonly int[] _passedOn;

    protected RowMapping(DataViewSchema input, IEnumerable<DataViewSchema.DetachedColumn> added)
        : this(input, Enumerable.Range(0, input.Count), added)
    {
    }

    protected RowMapping(
        DataViewSchema input, IEnumerable<int> passedOn, IEnumerable<DataViewSchema.DetachedColumn> added)
    {
        _passedOn = passedOn.ToArray();
        InputSchema = input;
        var kept = _passedOn.Select(index => new DataViewSchema.DetachedColumn(input[index]));
        OutputSchema = DataViewSchema.Of(kept.Concat(added));
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The input column that an output column hands on, or -1 for a computed one.</summary>
    public int Source(int outputColumn) => outputColumn < _passedOn.Length ? _passedOn[outputColumn] : -1;

    /// <summary>The place of a computed output column among the computed ones.</summary>
    public int Added(int outputColumn) => outputColumn - _passedOn.Length;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var active = Getters.Active(OutputSchema, dependingColumns);
        var needed = new SortedSet<int>();
        for (var column = 0; column < active.Length; column++)
        {
            if (active[column] && Source(column) >= 0)
            {
                needed.Add(Source(column));
            }
            else if (active[column])
            {
                needed.UnionWith(InputsOf(Added(column)).Select(input => input.Index));
            }
        }

        return needed.Select(index => InputSchema[index]).ToArray();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new MappedRow(input, new MappedGetters(this, input, Getters.Active(OutputSchema, activeColumns)));

    /// <summary>The input columns that a computed column is made of.</summary>
    protected abstract IEnumerable<DataViewSchema.Column> InputsOf(int added);

    /// <summary>A factory of the getters of computed columns; one factory serves one row or cursor.</summary>
    public abstract Func<int, Delegate> GetterFactory(DataViewRow input);
}
