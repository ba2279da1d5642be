// Stands in for Microsoft.ML.Data: a column under a second name.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(ColumnCopyingTransformer.LoaderSignature, typeof(ColumnCopyingTransformer))]

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    internal ColumnCopyingEstimator(string outputColumnName, string inputColumnName)
        : base(new ColumnCopyingTransformer([(outputColumnName, inputColumnName)]))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(
            Transformer.Columns.Select(pair => inputSchema.Find(pair.Input).Renamed(pair.Output)));
    }
}

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "CopyTransform";

    internal ColumnCopyingTransformer(IReadOnlyList<(string Output, string Input)> pairs)
        : base(pairs)
    {
    }

    internal IReadOnlyList<(string Output, string Input)> Columns => Pairs;

    internal static ColumnCopyingTransformer Create(IHostEnvironment environment, ModelLoadContext ctx) =>
        new(LoadPairs(ctx));

    private protected override DataViewSchema.DetachedColumn MakeColumn(string name, DataViewSchema.Column source) =>
        new(name, source.Type, source.Annotations);

    // The getter of the source itself: nothing is copied.
    private protected override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column source) =>
        AnyGetter.Of(input, source);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(LoaderSignature, typeof(ColumnCopyingTransformer).Assembly);
        SavePairs(ctx);
    }
}
