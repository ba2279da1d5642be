using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Choice;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The choice among cross-validated configurations, on <c>mlContext.MedicalSegmentation().Models</c>.</summary>
public static class ConfigurationChoiceCatalog
{
    /// <summary>
    /// Finds the configuration, or the average of two, that is best on the cases of a cross-validation, and the post-processing that helps
    /// it.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="candidates">Configurations of one plan, trained on the same folds.</param>
    /// <param name="validation">For each fold the rows that its models were not trained on: what the models take, and true labels.</param>
    /// <param name="labelColumnName">The column of true label volumes.</param>
    /// <param name="predictedLabelColumnName">The column of label volumes that the models add.</param>
    /// <param name="regions">
    /// Regions whose Dice decides, such as <see cref="SegmentationDataset.Regions"/>. Default: null, the classes.
    /// </param>
    /// <param name="withEnsembles">Whether averages of two configurations are tried as well.</param>
    /// <param name="cancellationToken">Stops between cases.</param>
    /// <remarks>
    /// As nnU-Net: the highest mean Dice over foreground classes wins, a single configuration where two are no better; then the largest
    /// region of all foreground, and of each class, is kept where that raises the mean and lowers no class
    /// (<see cref="PostProcessingPlan.Choose"/>). Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z. Predictions lie in a
    /// temporary folder while they are compared.
    /// </remarks>
    /// <exception cref="ArgumentException">There is no candidate, or one has another number of folds.</exception>
    public static ConfigurationChoice ChooseConfiguration(
        this SegmentationModelsCatalog catalog,
        IReadOnlyList<CrossValidatedModel> candidates,
        IReadOnlyList<IDataView> validation,
        string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel",
        IReadOnlyList<LabelRegion>? regions = null,
        bool withEnsembles = true,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(validation);
        Require(candidates, validation);
        var results = new List<ConfigurationResult>();
        FoldPredictions? best = null;
        try
        {
            foreach (var chosen in Combinations(candidates, withEnsembles))
            {
                IReadOnlyList<ITransformer> folds =
                [
                    .. Enumerable.Range(0, validation.Count).Select(fold => Join(catalog, chosen.Select(one => one.Folds[fold]))),
                ];
                var predictions = FoldPredictions.Make(folds, validation, labelColumnName, predictedLabelColumnName, cancellationToken);
                var dice = predictions.Measure(new(), regions ?? []);
                ConfigurationResult result = new([.. chosen.Select(one => one.Name)], dice.Values.Average(), dice);
                var isBest = results.Count == 0 || result.MeanDice > results.Max(one => one.MeanDice);
                results.Add(result);
                (isBest ? best : predictions)?.Dispose();
                best = isBest ? predictions : best;
            }

            // Combinations are measured singles first, so that the first of equal ones is the simplest.
            List<ConfigurationResult> ordered = [.. results.OrderByDescending(result => result.MeanDice)];
            var names = ordered[0].Names;
            var pairs = best ?? throw new InvalidOperationException("No configuration was measured.");
            var steps = PostProcessingPlan.Choose(pairs.Pairs());
            var model = Join(catalog, candidates.Where(one => names.Contains(one.Name)).SelectMany(one => one.Folds));
            return new(
                names,
                WithPostProcessing(catalog, model, steps),
                steps,
                pairs.Measure(steps, regions ?? []).Values.Average(),
                ordered
            );
        }
        finally
        {
            best?.Dispose();
        }
    }

    private static void Require(IReadOnlyList<CrossValidatedModel> candidates, IReadOnlyList<IDataView> validation)
    {
        if (candidates.Count == 0 || validation.Count == 0)
        {
            throw new ArgumentException(
                $"There are {candidates.Count} configurations and {validation.Count} folds. Give at least one of each.",
                nameof(candidates)
            );
        }

        if (candidates.FirstOrDefault(one => one.Folds.Count != validation.Count) is { } odd)
        {
            throw new ArgumentException(
                $"'{odd.Name}' has {odd.Folds.Count} models for {validation.Count} folds. Give the model of every fold, in their order.",
                nameof(candidates)
            );
        }

        if (candidates.GroupBy(one => one.Name).FirstOrDefault(same => same.Count() > 1) is { } same)
        {
            throw new ArgumentException($"Two configurations have the name '{same.Key}'. Give each a name of its own.", nameof(candidates));
        }
    }

    private static IEnumerable<IReadOnlyList<CrossValidatedModel>> Combinations(
        IReadOnlyList<CrossValidatedModel> candidates,
        bool withEnsembles
    )
    {
        foreach (var one in candidates)
        {
            yield return [one];
        }

        for (var first = 0; withEnsembles && first < candidates.Count; first++)
        {
            for (var second = first + 1; second < candidates.Count; second++)
            {
                yield return [candidates[first], candidates[second]];
            }
        }
    }

    private static TransformerChain<ITransformer> Join(SegmentationModelsCatalog catalog, IEnumerable<ITransformer> models) =>
        catalog.Ensemble([.. models]);

    private static TransformerChain<ITransformer> WithPostProcessing(
        SegmentationModelsCatalog catalog,
        TransformerChain<ITransformer> model,
        PostProcessingPlan steps
    )
    {
        List<ITransformer> chain = [.. model];
        if (steps.Steps.Count > 0 && chain[^1] is PlannedTransformer planned)
        {
            chain[^1] = planned.With(catalog.Context, steps);
        }

        return new([.. chain]);
    }
}
