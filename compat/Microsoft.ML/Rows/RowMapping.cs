// Stands in for internals of Microsoft.ML.Data: a row-to-row transformer bound to an input schema.
namespace Microsoft.ML.Data;

/// <summary>Input columns handed on as they are, and columns that are computed from the row.</summary>
internal abstract class RowMapping : IRowToRowMapper
{
    // For each output column the input column, or the complement (~) of the computed one.
    private readonly int[] _layout;

    /// <summary>All input columns, and computed ones after those whose names they take, or at the end.</summary>
    protected RowMapping(DataViewSchema input, IReadOnlyList<DataViewSchema.DetachedColumn> added)
        : this(input, Layout(input, added), added)
    {
    }

    protected RowMapping(
        DataViewSchema input, IEnumerable<int> layout, IReadOnlyList<DataViewSchema.DetachedColumn> added)
    {
        _layout = layout.ToArray();
        InputSchema = input;
        OutputSchema = DataViewSchema.Of(_layout.Select(
            index => index >= 0 ? new DataViewSchema.DetachedColumn(input[index]) : added[~index]));
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The input column that an output column hands on, or -1 for a computed one.</summary>
    public int Source(int outputColumn) => Math.Max(_layout[outputColumn], -1);

    /// <summary>The place of a computed output column among the computed ones.</summary>
    public int Added(int outputColumn) => ~_layout[outputColumn];

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

    private static List<int> Layout(DataViewSchema input, IReadOnlyList<DataViewSchema.DetachedColumn> added)
    {
        var layout = Enumerable.Range(0, input.Count).ToList();
        for (var i = 0; i < added.Count; i++)
        {
            var namesake = layout.FindLastIndex(
                index => (index >= 0 ? input[index].Name : added[~index].Name) == added[i].Name);
            layout.Insert(namesake < 0 ? layout.Count : namesake + 1, ~i);
        }

        return layout;
    }
}
