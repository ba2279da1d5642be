using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Ensembles of planned models, on <c>mlContext.MedicalSegmentation().Models</c>.</summary>
public static class EnsembleCatalog
{
    /// <summary>
    /// Joins planned models of one data set, such as those of a cross-validation, into one whose predictions are their average.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="models">
    /// Planned models, or pipelines that end in one, trained or loaded by <c>Models.Load</c>. What stands before the planned model is taken
    /// from the first.
    /// </param>
    /// <returns>A pipeline that can be saved as one zip.</returns>
    /// <remarks>
    /// Logits of networks that were trained by one configuration of one plan are averaged, as nnU-Net does with folds; otherwise
    /// probabilities are.
    /// </remarks>
    /// <exception cref="ArgumentException">There is no model, one is not planned, or they predict different classes.</exception>
    public static TransformerChain<ITransformer> Ensemble(this SegmentationModelsCatalog catalog, params IReadOnlyList<ITransformer> models)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count == 0)
        {
            throw new ArgumentException("No model is given. Give at least one.", nameof(models));
        }

        var chains = models.Select(model => model is IEnumerable<ITransformer> chain ? chain.ToList() : [model]).ToList();
        var planned = chains
            .Select(
                (chain, i) =>
                    chain.Count > 0 && chain[^1] is PlannedTransformer last
                        ? last
                        : throw new ArgumentException(
                            $"Model {i} does not end in a planned model. Train it by Trainers.Planned, or load its zip by Models.Load.",
                            nameof(models)
                        )
            )
            .ToList();
        return new TransformerChain<ITransformer>([.. chains[0].SkipLast(1), PlannedTransformer.Join(catalog.Context, planned)]);
    }
}
