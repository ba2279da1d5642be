// Stands in for Microsoft.ML.Data: looks the value of a column up in a table of the caller.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(ValueMappingTransformer.LoaderSignature, typeof(ValueMappingTransformer))]

namespace Microsoft.ML.Transforms;

public class ValueMappingEstimator : TrivialEstimator<ValueMappingTransformer>
{
    private protected ValueMappingEstimator(ValueMappingTransformer transformer)
        : base(transformer)
    {
    }

    public sealed override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var given = inputSchema.Find(Transformer.InputColumn);
        if (given.Kind != SchemaShape.Column.VectorKind.Scalar || !given.ItemType.Equals(Transformer.Table.KeyType))
        {
            throw SchemaMismatch.WrongType(
                nameof(inputSchema), "input", given.Name, Transformer.Table.KeyType.ToString(), given.TypeText());
        }

        return inputSchema.With([SchemaShape.Column.Of(Transformer.OutputColumn, Transformer.Table.ValueType)]);
    }
}

public sealed class ValueMappingEstimator<TKey, TValue> : ValueMappingEstimator
{
    internal ValueMappingEstimator(string output, string input, LookupTable table)
        : base(new ValueMappingTransformer(output, input, table))
    {
    }
}

public class ValueMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ValueMappingTransformer";

    internal ValueMappingTransformer(string output, string input, LookupTable table)
        : base([(output, input)]) => Table = table;

    internal string OutputColumn => Pairs[0].Output;

    internal string InputColumn => Pairs[0].Input;

    internal LookupTable Table { get; }

    internal static ValueMappingTransformer Create(IHostEnvironment environment, ModelLoadContext ctx) =>
        new(ctx.Reader.ReadString(), ctx.Reader.ReadString(), LookupTable.Load(ctx));

    private protected override DataViewSchema.DetachedColumn MakeColumn(string name, DataViewSchema.Column source) =>
        source.Type.Equals(Table.KeyType)
            ? new DataViewSchema.DetachedColumn(name, Table.ValueType)
            : throw SchemaMismatch.WrongType(
                "inputSchema", "input", source.Name, Table.KeyType.ToString(), source.Type.ToString());

    private protected override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column source) =>
        Table.Getter(input, source);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(LoaderSignature, typeof(ValueMappingTransformer).Assembly);
        ctx.Writer.Write(OutputColumn);
        ctx.Writer.Write(InputColumn);
        Table.Save(ctx.Writer);
    }
}
