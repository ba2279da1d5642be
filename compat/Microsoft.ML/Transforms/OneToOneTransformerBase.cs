// Stands in for Microsoft.ML.Data: transformers that make each output column of one input column.
namespace Microsoft.ML.Data;

public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(IReadOnlyList<(string Output, string Input)> pairs) => Pairs = pairs;

    private protected IReadOnlyList<(string Output, string Input)> Pairs { get; }

    private protected override RowMapping Bind(DataViewSchema input)
    {
        var sources = Pairs.Select(pair => SchemaMismatch.Find(input, pair.Input)).ToArray();
        var added = Pairs.Select((pair, i) => MakeColumn(pair.Output, sources[i]));
        return new Mapping(this, input, sources, added.ToArray());
    }

    private protected abstract DataViewSchema.DetachedColumn MakeColumn(string name, DataViewSchema.Column source);

    private protected abstract Delegate MakeGetter(DataViewRow input, DataViewSchema.Column source);

    private protected void SavePairs(ModelSaveContext ctx)
    {
        ctx.SaveStrings(Pairs.Select(pair => pair.Output).ToArray());
        ctx.SaveStrings(Pairs.Select(pair => pair.Input).ToArray());
    }

    internal static (string Output, string Input)[] LoadPairs(ModelLoadContext ctx)
    {
        var outputs = ctx.LoadStrings();
        var inputs = ctx.LoadStrings();
        return outputs.Length == inputs.Length
            ? outputs.Zip(inputs).ToArray()
            : throw new FormatException("The model file is damaged: a transformer's columns do not pair up.");
    }

    private sealed class Mapping(
        OneToOneTransformerBase owner,
        DataViewSchema input,
        DataViewSchema.Column[] sources,
        DataViewSchema.DetachedColumn[] added) : RowMapping(input, added)
    {
        protected override IEnumerable<DataViewSchema.Column> InputsOf(int added) => [sources[added]];

        public override Func<int, Delegate> GetterFactory(DataViewRow row) =>
            added => owner.MakeGetter(row, row.Schema[sources[added].Index]);
    }
}
