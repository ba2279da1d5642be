using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>The texts that a loaded <see cref="ZipStages"/> gives to every row.</summary>
internal sealed record SavedChain(string Contract, string State, string Blobs)
{
    /// <summary>The transform's name, such as "NormalizeIntensity".</summary>
    public string Name => Contract[ZipStages.ContractPrefix.Length..].Split('/')[0];

    /// <summary>Reads the texts; null if the transformers are no such chain.</summary>
    /// <exception cref="InputDataException">They are one, but its state is not this library's.</exception>
    public static SavedChain? TryRead(MLContext context, IReadOnlyList<ITransformer> links)
    {
        if (links is not [CustomMappingTransformer<NoColumns, KeyContract.KeyRow> key, ValueMappingTransformer lookUp, ..])
        {
            return null;
        }

        var keyed = key.Transform(context.Data.LoadFromEnumerable([new AnyRow()]));
        var state = context.Data.CreateEnumerable<StateRow>(lookUp.Transform(keyed), reuseRowObject: false).Single().State;
        var blobs = links.Count > 2 && links[2] is ExpressionTransformer expression
            ? context.Data.CreateEnumerable<BlobsRow>(expression.Transform(keyed), reuseRowObject: false).Single().Blobs
            : "";
        return Of(state, blobs);
    }

    /// <summary>The texts of a state; <paramref name="blobs"/> is empty where its bulk data is read apart.</summary>
    /// <exception cref="InputDataException">The state is not this library's.</exception>
    public static SavedChain Of(string state, string blobs) =>
        SavedState.ContractOf(state) is { } contract && contract.StartsWith(ZipStages.ContractPrefix, StringComparison.Ordinal)
            ? new(contract, state, blobs)
            : throw new InputDataException(
                "The model holds a transform whose state is not this library's. It was changed, or written by other software."
            );

    /// <summary>The state, checked; its bulk data from the text, or where that was read apart, from there.</summary>
    /// <param name="find">The bulk data that was read apart, by the digest of its state.</param>
    /// <exception cref="InputDataException">It is damaged.</exception>
    public SavedState Parse(Func<string, byte[][]?> find)
    {
        var known = SavedState.DigestOf(State) is { } digest ? find(digest) : null;
        return known is null ? SavedState.FromText(State, Blobs, Contract) : SavedState.Parse(State, Contract, _ => known);
    }

    private sealed class AnyRow
    {
        public float Unused { get; set; }
    }

    private sealed class StateRow
    {
        [ColumnName(ZipStages.State)]
        public string State { get; set; } = "";
    }

    private sealed class BlobsRow
    {
        [ColumnName(ZipStages.Blobs)]
        public string Blobs { get; set; } = "";
    }
}
