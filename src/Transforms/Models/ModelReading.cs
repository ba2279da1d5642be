using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Reads back what <see cref="StockChain"/> wrote into a model.</summary>
internal static class ModelReading
{
    /// <summary>The transforms of this library that a loaded model holds.</summary>
    public static ModelDescription Describe(MLContext context, ITransformer model)
    {
        var states = FindStates(context, model).Select(Split).ToList();
        var stages = states.Select(s => new ModelStage(
            s.Contract[StockChain.ContractPrefix.Length..], JsonNode.Parse(s.State.Json) ?? new JsonObject(), s.State.Payload.Length));
        var segmentation = states.Where(s => s.Contract == SegmentationContract.ContractName)
            .Select(s => ((SegmentationScoring)new SegmentationContract().Restore(s.State)).Model)
            .FirstOrDefault();
        return new([.. stages], segmentation);
    }

    // Each saved transform is a chain that starts with the constant key and the state looked up by it.
    private static IEnumerable<string> FindStates(MLContext context, ITransformer model)
    {
        if (model is not IEnumerable<ITransformer> chain)
        {
            yield break;
        }

        var links = chain.ToList();
        if (links is [CustomMappingTransformer<NoColumns, KeyContract.KeyRow> key, ValueMappingTransformer lookUp, ..])
        {
            var row = context.Data.LoadFromEnumerable([new AnyRow()]);
            var states = context.Data.CreateEnumerable<StateRow>(lookUp.Transform(key.Transform(row)), reuseRowObject: false);
            yield return states.Single().State;
            yield break;
        }

        foreach (var state in links.SelectMany(link => FindStates(context, link)))
        {
            yield return state;
        }
    }

    private static (string Contract, SavedState State) Split(string text)
    {
        // "medseg-state/1 CONTRACT ..."
        var contract = text.Split(' ', 3) is [_, var name, _] && name.StartsWith(StockChain.ContractPrefix, StringComparison.Ordinal)
            ? name
            : throw new InvalidDataException("The model holds a transform whose state is not this library's. It was changed, or written by other software.");
        return (contract, SavedState.FromText(text, contract));
    }

    private sealed class AnyRow
    {
        public float Unused { get; set; }
    }

    private sealed class StateRow
    {
        [ColumnName(StockChain.State)]
        public string State { get; set; } = "";
    }
}
