// Stands in for Microsoft.ML.Data: fewer columns, by the names to keep or to drop.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(ColumnSelectingTransformer.LoaderSignature, typeof(ColumnSelectingTransformer))]

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(string[] names, bool keep, bool keepHidden)
        : base(new ColumnSelectingTransformer(names, keep, keepHidden))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Transformer.Check(inputSchema.Select(column => column.Name));
        return new SchemaShape(inputSchema.Where(column => Transformer.Keeps(column.Name)));
    }
}

public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string LoaderSignature = "SelectColumnsTransform";

    private readonly string[] _names;
    private readonly bool _keep;
    private readonly bool _keepHidden;

    internal ColumnSelectingTransformer(string[] names, bool keep, bool keepHidden)
    {
        if (names is null || names.Length == 0)
        {
            throw new InvalidOperationException("Name at least one column to keep or to drop.");
        }

        _names = names;
        _keep = keep;
        _keepHidden = keepHidden;
    }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedView(input, Bind(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetLoader(LoaderSignature, typeof(ColumnSelectingTransformer).Assembly);
        ctx.Writer.Write(_keep);
        ctx.Writer.Write(_keepHidden);
        ctx.SaveStrings(_names);
    }

    internal static ColumnSelectingTransformer Create(IHostEnvironment environment, ModelLoadContext ctx)
    {
        var keep = ctx.Reader.ReadBoolean();
        var keepHidden = ctx.Reader.ReadBoolean();
        return new ColumnSelectingTransformer(ctx.LoadStrings(), keep, keepHidden);
    }

    internal bool Keeps(string name) => _names.Contains(name) == _keep;

    internal void Check(IEnumerable<string> columns)
    {
        var missing = _names.Except(columns).ToArray();
        if (missing.Length > 0)
        {
            throw SchemaMismatch.Missing("inputSchema", "input", string.Join(",", missing));
        }
    }

    private ColumnSelection Bind(DataViewSchema input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check(input.Select(column => column.Name));

        // What is kept comes in the order of the names; what is left after dropping, in the order of the input.
        var columns = _keep
            ? _names.SelectMany(name => input.Where(
                column => column.Name == name && (_keepHidden || !column.IsHidden)))
            : input.Where(column => Keeps(column.Name));
        return new ColumnSelection(input, columns.Select(column => column.Index));
    }
}
