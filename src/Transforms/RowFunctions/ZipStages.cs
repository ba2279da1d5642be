using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>A chain of stock ML.NET transformers that does what a <see cref="RowFunction"/> does: what a model zip holds.</summary>
/// <remarks>
/// ML.NET lets no other assembly write into its zips, but it saves its own transformers, and a CustomMapping finds its
/// factory by assembly and contract name with no registration. So the chain is: a constant key; MapValue from it to one
/// text, the function's <see cref="SavedState"/>; where it has bulk data, an Expression whose value is that <see cref="BlobText"/>, as
/// MapValue would write what it read once more while it loads; the user's columns brought under fixed names; the contract's CustomMapping;
/// its outputs copied to the user's names; the helper columns dropped.
/// </remarks>
internal static class ZipStages
{
    /// <summary>Start of every contract name; a version follows the transform's name, as in ".../LoadVolumes/1".</summary>
    public const string ContractPrefix = "Microsoft.ML.MedicalSegmentation/";

    /// <summary>Start of the names of the columns that contracts read: 0, 1, ... follows.</summary>
    public const string Input = "__medseg.input";

    /// <summary>Start of the names of the columns that contracts give: 0, 1, ... follows.</summary>
    public const string Output = "__medseg.output";

    /// <summary>The column of the saved state.</summary>
    public const string State = "__medseg.state";

    /// <summary>The column of the bulk data that belongs to the state.</summary>
    public const string Blobs = "__medseg.blobs";

    /// <summary>The column of the constant from which the state is looked up.</summary>
    public const string Key = "__medseg.key";

    /// <summary>The column that a contract reads as an input.</summary>
    public static string InputName(int input) => $"{Input}{input}";

    /// <summary>Builds the chain for columns of the given names.</summary>
    public static ITransformer Build(RowFunction function, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
    {
        var state = function.ToState() with { Columns = new([.. inputs], [.. outputs]) };
        var (text, blobs) = state.ToText(function.ContractName);
        return Build(function, text, blobs, inputs, outputs);
    }

    /// <summary>Builds a chain that changes nothing and holds a state, for <see cref="SavedChain"/>.</summary>
    public static ITransformer BuildState(string state)
    {
        var links = new Links(new DataViewSchema.Builder().ToSchema());
        AddState(links, state);
        return links.ToChain();
    }

    /// <summary>Builds the chain around a state that has been written already.</summary>
    public static ITransformer Build(
        RowFunction function,
        string state,
        string? blobs,
        IReadOnlyList<string> inputs,
        IReadOnlyList<string> outputs
    )
    {
        var schema = new DataViewSchema.Builder();
        for (var i = 0; i < inputs.Count; i++)
        {
            schema.AddColumn(inputs[i], function.InputKind(i).Type);
        }

        var links = new Links(schema.ToSchema());
        AddState(links, state);
        if (blobs is not null)
        {
            links.Add(BlobStage(links.Context, blobs));
        }

        foreach (var stage in function.StockStages(links.Context, inputs))
        {
            links.Add(stage);
        }

        for (var i = 0; i < outputs.Count; i++)
        {
            links.Add(links.Context.Transforms.CopyColumns(outputs[i], $"{Output}{i}"));
        }

        return links.ToChain();
    }

    /// <summary>The stage that gives a text of bulk data: one object for all rows.</summary>
    public static IEstimator<ITransformer> BlobStage(MLContext context, string blobs) =>
        context.Transforms.Expression(Blobs, $"(key) : \"{blobs}\"", Key);

    private static void AddState(Links links, string state)
    {
        var transforms = links.Context.Transforms;
        links.Add(transforms.CustomMapping(new KeyContract().GetMapping(), KeyContract.ContractName));
        links.Add(transforms.Conversion.MapValue(State, new[] { KeyValuePair.Create(KeyContract.Value, state) }, Key));
    }

    // Transformers fitted one after the other on no rows.
    private sealed class Links(DataViewSchema schema)
    {
        private readonly List<ITransformer> _links = [];
        private IDataView _view = new EmptyDataView(schema);

        public MLContext Context { get; } = new(seed: 0);

        public void Add(IEstimator<ITransformer> estimator)
        {
            var transformer = estimator.Fit(_view);
            _links.Add(transformer);
            _view = transformer.Transform(_view);
        }

        public TransformerChain<ITransformer> ToChain()
        {
            var added = _view.Schema.Select(column => column.Name).Where(name => name.StartsWith("__medseg.", StringComparison.Ordinal));
            Add(Context.Transforms.DropColumns([.. added.Distinct()]));
            return new TransformerChain<ITransformer>([.. _links]);
        }
    }
}
