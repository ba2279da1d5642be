using MedSeg.Terminal;

namespace MedSeg.Jobs;

/// <summary>Chooses among cross-validated configurations by nnU-Net's rule, and writes the best as one zip.</summary>
internal static class ConfigurationChoiceJob
{
    /// <summary>Measures the configurations and writes the model with its card.</summary>
    /// <param name="context">Device.</param>
    /// <param name="dataset">The cases of the cross-validation.</param>
    /// <param name="zips">Zips that `medseg train --folds` wrote, each with its name in the results.</param>
    /// <param name="output">The zip to write.</param>
    /// <param name="withEnsembles">Whether averages of two are tried as well.</param>
    /// <param name="author">File with what the author says of the model; null for nothing.</param>
    /// <param name="key">Key that signs the card; null leaves it unsigned.</param>
    /// <param name="cancellation">Stops between cases.</param>
    public static ConfigurationChoice Run(
        MLContext context,
        SegmentationDataset dataset,
        IReadOnlyList<(string Name, string Path)> zips,
        string output,
        bool withEnsembles,
        string? author,
        string? key,
        CancellationToken cancellation
    )
    {
        var medical = context.MedicalSegmentation();
        var candidates = zips.Select(zip => (zip.Name, Folds: FoldsOf(zip.Path, dataset))).ToList();
        RequireSameCases(candidates);
        DataViewSchema? schema = null;
        List<CrossValidatedModel> models = [];
        foreach (var (name, folds) in candidates)
        {
            models.Add(new(name, [.. folds.Select(fold => medical.Models.Load(fold.Path, out schema))]));
        }

        List<IDataView> validation = [];
        foreach (var (fold, _) in candidates[0].Folds)
        {
            var rows = fold.Validation.ToDataView(context);
            validation.Add(medical.Transforms.LoadLabelVolumes().Fit(rows).Transform(rows));
        }

        Report.Step(
            $"Compares {string.Join(", ", models.Select(model => model.Name))} on "
                + $"{candidates[0].Folds.Sum(fold => fold.Fold.Validation.Cases.Count)} cases."
        );
        var choice = medical.Models.ChooseConfiguration(
            models,
            validation,
            regions: dataset.Regions,
            withEnsembles: withEnsembles,
            cancellationToken: cancellation
        );
        var members = candidates
            .Where(one => choice.Names.Contains(one.Name))
            .SelectMany(one => one.Folds)
            .Select(fold => new CardMember(
                Path.GetFileName(fold.Path),
                medical.Models.DigestOf(fold.Path),
                medical.Models.ReadCard(fold.Path)
            ));
        medical.Models.Save(choice.Model, schema, output, CardJob.WithAuthor(ModelCard.OfEnsemble([.. members]), author), key);
        return choice;
    }

    /// <summary>Prints what was compared and chosen.</summary>
    public static void Print(ConfigurationChoice choice, string output, bool asJson)
    {
        if (asJson)
        {
            Report.Json(
                new
                {
                    model = output,
                    chosen = choice.Names,
                    postProcessing = choice.PostProcessing.Steps.Select(step => step.ToString()),
                    dice = choice.MeanDice,
                    results = choice.Results.Select(result => new
                    {
                        configurations = result.Names,
                        dice = result.MeanDice,
                        classes = result.ClassDice,
                    }),
                }
            );
            return;
        }

        Report.Table(
            ["configuration", "mean Dice"],
            choice.Results.Select(result => (string[])[string.Join(" + ", result.Names), $"{result.MeanDice:0.0000}"])
        );
        Report.Line(
            $"{string.Join(" + ", choice.Names)} with {choice.PostProcessing}: mean Dice {choice.MeanDice:0.0000}. Wrote {output}."
        );
    }

    private static IReadOnlyList<(DatasetFold Fold, string Path)> FoldsOf(string path, SegmentationDataset dataset) =>
        FoldFiles.Find(path, dataset)
        ?? throw new FileNotFoundException(
            $"There is no '{FoldFiles.Splits(path)}' beside '{path}'. Train it by `medseg train --folds`, or name another model.",
            FoldFiles.Splits(path)
        );

    private static void RequireSameCases(List<(string Name, IReadOnlyList<(DatasetFold Fold, string Path)> Folds)> candidates)
    {
        static string Cases(IReadOnlyList<(DatasetFold Fold, string Path)> folds) =>
            string.Join(
                '|',
                folds.Select(fold => string.Join(',', fold.Fold.Validation.Cases.Select(one => one.Id).Order(StringComparer.Ordinal)))
            );
        if (candidates.Find(other => Cases(other.Folds) != Cases(candidates[0].Folds)) is ({ } odd, _))
        {
            throw new ArgumentException(
                $"'{candidates[0].Name}' and '{odd}' were trained on other folds, so that their Dice cannot be compared. Train both "
                    + "with the same --splits or --seed."
            );
        }
    }
}
