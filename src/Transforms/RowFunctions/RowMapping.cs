namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>A function bound to a schema: which columns it reads, and the schema with its outputs added.</summary>
internal sealed class RowMapping
{
    private readonly DataViewSchema.Column[] _inputs;
    private readonly RowFunction _function;

    public RowMapping(
        DataViewSchema inputSchema,
        DataViewSchema.Column[] inputs,
        IEnumerable<DataViewSchema.DetachedColumn> outputs,
        RowFunction function
    )
    {
        InputSchema = inputSchema;
        _inputs = inputs;
        _function = function;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(outputs);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    /// <summary>The input's columns, then the added ones.</summary>
    public DataViewSchema OutputSchema { get; }

    /// <summary>Columns of the input that are needed to serve columns of the output.</summary>
    public IEnumerable<DataViewSchema.Column> InputsFor(IEnumerable<DataViewSchema.Column> needed)
    {
        var indices = new SortedSet<int>();
        foreach (var column in needed)
        {
            if (column.Index < InputSchema.Count)
            {
                indices.Add(column.Index);
            }
            else
            {
                indices.UnionWith(_inputs.Select(input => input.Index));
            }
        }

        return [.. indices.Select(index => InputSchema[index])];
    }

    /// <summary>Getters of the added columns over a row of the input.</summary>
    public Delegate[] Bind(DataViewRow row)
        => OutputSchema.Count == InputSchema.Count ? [] : _function.Bind(row, _inputs, OutputSchema.Count - InputSchema.Count);
}
