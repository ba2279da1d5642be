using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.Classification;
using Microsoft.ML.MedicalSegmentation.Embedding;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;
using Microsoft.ML.MedicalSegmentation.Synthesis;

namespace Microsoft.ML.MedicalSegmentation.Models;

/// <summary>Tells what the transforms of this library in a model do.</summary>
internal static class ModelReading
{
    /// <summary>The transforms of this library that a fitted or loaded model holds.</summary>
    public static ModelDescription Describe(MLContext context, ITransformer model)
    {
        var states = FindStates(context, model).ToList();
        var stages = states.Select(s => new ModelStage(
            s.Contract[ZipStages.ContractPrefix.Length..], JsonNode.Parse(s.State.Json) ?? new JsonObject(), s.State.BlobLength));
        var segmentation = states.Where(s => s.Contract is SegmentationContract.ContractName or FirstSegmentationContract.ContractName)
            .Select(s => SegmentationContract.FromState(s.State).Model)
            .FirstOrDefault();
        var planned = states
            .Where(s => s.Contract == PlannedContract.ContractName)
            .Select(s => s.State.Read<PlannedState>().Ensemble)
            .FirstOrDefault();
        var classification = states
            .Where(s => s.Contract is ClassificationContract.ContractName or BinaryClassificationContract.ContractName)
            .Select(s => ClassificationContract.ModelOf(s.State, s.Contract == BinaryClassificationContract.ContractName))
            .FirstOrDefault();
        var synthesis = states
            .Where(s => s.Contract == SynthesisContract.ContractName)
            .Select(s => SynthesisContract.FromState(s.State).Model)
            .FirstOrDefault();
        var encoder = states
            .Where(s => s.Contract == EmbeddingContract.ContractName)
            .Select(s => EmbeddingContract.FromState(s.State).Model)
            .FirstOrDefault();
        return new([.. stages], segmentation)
        {
            Planned = planned,
            Classification = classification,
            Synthesis = synthesis,
            Encoder = encoder,
        };
    }

    /// <summary>The planned model in a model, and its networks; null where there is none.</summary>
    public static (PlannedEnsemble Ensemble, IReadOnlyList<ReadOnlyMemory<byte>> Networks)? Planned(
        MLContext context,
        ITransformer model
    ) =>
        FindStates(context, model).Where(s => s.Contract == PlannedContract.ContractName).Select(s => s.State).FirstOrDefault() is { } state
            ? (state.Read<PlannedState>().Ensemble, state.Blobs)
            : null;

    private static IEnumerable<(string Contract, SavedState State)> FindStates(MLContext context, ITransformer model)
    {
        if (model is VolumeTransformer own)
        {
            yield return own.ToState();
        }

        if (model is not IEnumerable<ITransformer> chain)
        {
            yield break;
        }

        var links = chain.ToList();
        if (SavedChain.TryRead(context, links) is { } saved)
        {
            yield return (saved.Contract, saved.Parse(_ => null));
            yield break;
        }

        foreach (var state in links.SelectMany(link => FindStates(context, link)))
        {
            yield return state;
        }
    }
}
