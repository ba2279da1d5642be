using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Classification;
using Microsoft.ML.MedicalSegmentation.Embedding;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;
using Microsoft.ML.MedicalSegmentation.Synthesis;

namespace Microsoft.ML.MedicalSegmentation.Models;

/// <summary>Puts this library's own transformers in the place of the stock chains that a loaded model holds for them.</summary>
/// <remarks>
/// They have the log and the device of the context, and can be saved again. Chains of version 1, which do not name the user's columns,
/// stay.
/// </remarks>
internal sealed class LoadedTransformers(MLContext context, IReadOnlyDictionary<string, byte[][]> blobs, ModelLoadOptions options)
{
    /// <summary>The model with its transformers replaced.</summary>
    /// <exception cref="InputDataException">A state is damaged.</exception>
    public ITransformer Of(ITransformer model)
    {
        if (model is not IEnumerable<ITransformer> chain)
        {
            return model;
        }

        var links = chain.ToList();
        return SavedChain.TryRead(context, links) is { } saved
            ? Restore(saved) ?? model
            : new TransformerChain<ITransformer>([.. links.Select(Of)]);
    }

    /// <summary>The model of steps.</summary>
    /// <exception cref="InputDataException">A state is damaged, or of a version without columns.</exception>
    public ITransformer Of(SavedSteps steps)
    {
        ITransformer[] links =
        [
            .. steps.States.Select(state =>
                Restore(SavedChain.Of(state, "")) ?? throw new InputDataException("The model's steps do not name their columns.")
            ),
        ];
        return steps.IsChain ? new TransformerChain<ITransformer>(links) : links[0];
    }

    private VolumeTransformer? Restore(SavedChain saved)
    {
        var state = saved.Parse(digest => blobs.GetValueOrDefault(digest));
        if (state.Columns is not { } columns)
        {
            return null;
        }

        var contract =
            RowContracts.Find(saved.Contract)
            ?? throw new InputDataException(
                $"The model has a transform '{saved.Contract}', which this version of the library does not have. Use the version "
                    + "that wrote it, or a later one."
            );
        var function = contract.Restore(state);
        if (function is SegmentationScoring scoring)
        {
            return new SegmentationTransformer(
                nameof(SegmentationTransformer),
                scoring.With(context, options),
                columns.Inputs[0],
                WithVolume(columns.Outputs)
            );
        }

        if (function is PlannedScoring planned)
        {
            return new PlannedTransformer(planned.With(context, options), columns.Inputs[0], WithVolume(columns.Outputs));
        }

        if (function is IClassifyingFunction classifying)
        {
            return new ClassificationTransformer(
                classifying.With(context, options.Device),
                classifying.Model,
                columns.Inputs[0],
                columns.Outputs
            );
        }

        if (function is EmbeddingScoring embedding)
        {
            return new EmbeddingTransformer(embedding.With(context, options.Device), columns.Inputs[0], columns.Outputs);
        }

        if (function is SynthesisScoring synthesis)
        {
            return new SynthesisTransformer(synthesis.With(context, options), columns.Inputs[0], columns.Outputs);
        }

        var origin = columns.PassesUnlabelled || function.IsOptional ? new LabelOrigin { IsNeeded = !columns.PassesUnlabelled } : null;
        return new VolumeTransformer(saved.Name, function, columns.Inputs, columns.Outputs, origin);
    }

    private string[] WithVolume(string[] outputs)
        => (options.ProbabilitiesColumnName ?? options.DoubtColumnName) is { } added && outputs.Length == 1 ? [.. outputs, added] : outputs;
}
