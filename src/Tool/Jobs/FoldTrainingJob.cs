using MedSeg.Terminal;

namespace MedSeg.Jobs;

/// <summary>
/// Trains the folds of a cross-validation one after another, measures each on its own cases, and joins them to one model.
/// </summary>
/// <param name="context">Seed and device.</param>
/// <param name="output">The zip to write; those of single folds stand beside it.</param>
/// <param name="checkpoint">Where the state of training is kept, one file for each fold; null for nowhere.</param>
/// <param name="train">Trains one fold, with its checkpoint.</param>
/// <param name="describe">Makes the card of a fold's model.</param>
/// <param name="stop">Ends training.</param>
internal sealed class FoldTrainingJob(
    MLContext context,
    string output,
    string? checkpoint,
    Func<DatasetFold, string?, TrainedModel> train,
    Func<TrainedModel, DatasetFold, ModelCard> describe,
    TrainingStop stop
)
{
    /// <summary>File with what the author says of the models; null for nothing.</summary>
    public string? Author { get; init; }

    /// <summary>Whether the results are printed.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>Key that signs the cards; null leaves them unsigned.</summary>
    public string? Key { get; init; }

    /// <summary>Trains all folds, or one.</summary>
    /// <param name="folds">All folds.</param>
    /// <param name="only">The one to train; null for all.</param>
    /// <param name="asJson">Whether the result is printed for programs.</param>
    public int Run(IReadOnlyList<DatasetFold> folds, int? only, bool asJson)
    {
        if (only is < 0 || only >= folds.Count)
        {
            throw new ArgumentException($"--fold is {only}; there are {folds.Count} folds, numbered from 0 to {folds.Count - 1}.");
        }

        var medical = context.MedicalSegmentation();
        folds.SaveFolds(FoldFiles.Splits(output));
        var models = new List<ITransformer>();
        var results = new List<(DatasetFold Fold, SegmentationMetrics? Metrics)>();
        var members = new List<CardMember>();
        var features = new List<QualityFeatures>();
        foreach (var fold in folds.Where(fold => only is null || fold.Number == only))
        {
            Report.Step(
                $"Fold {fold.Number}: {fold.Training.Cases.Count} cases to train on, {fold.Validation.Cases.Count} to validate on."
            );
            var path = only is null ? FoldFiles.Fold(output, fold.Number) : output;
            var state = checkpoint is null ? null : $"{checkpoint}.fold-{fold.Number}";
            var trained = train(fold, state);
            medical.SaveModel(trained.Model, TrainingJob.InputSchema(context, fold.Training), path);
            models.Add(trained.Model);
            if (stop.IsAsked)
            {
                Report.Line($"Stopped in fold {fold.Number}. Wrote {path} with the best weights so far; there is no ensemble.");
                return ExitCode.Cancelled;
            }

            results.Add((fold, Measure(trained.Model, fold)));
            features.AddRange(QualityJob.Features(context, path, fold.Validation));
            var card = describe(trained, fold) with
            {
                Results = results[^1].Metrics is { } metrics ? ModelCard.ResultsOf(metrics, $"validation, fold {fold.Number}") : [],
                Quality = only is null ? null : QualityOf(features),
            };
            medical.Models.Save(
                trained.Model,
                TrainingJob.InputSchema(context, fold.Training),
                path,
                CardJob.WithAuthor(card, Author),
                Key
            );
            members.Add(new(Path.GetFileName(path), medical.Models.DigestOf(path), medical.Models.ReadCard(path)));
            var measured = results[^1].Metrics is { } ofFold
                ? $", mean Dice {ofFold.MeanDice:0.0000} on its {fold.Validation.Cases.Count} cases"
                : "";
            Report.Step($"Fold {fold.Number}: wrote {path}{measured}.");
        }

        if (only is null)
        {
            // Every case was scored by the one network that had not learnt from it.
            var card = ModelCard.OfEnsemble(members) with
            {
                Quality = QualityOf(features),
            };
            medical.Models.Save(
                medical.Models.Ensemble(models),
                TrainingJob.InputSchema(context, folds[0].Training),
                output,
                CardJob.WithAuthor(card, Author),
                Key
            );
        }

        if (!IsQuiet)
        {
            Print(results, asJson);
        }

        return ExitCode.Success;
    }

    private static QualityModel? QualityOf(List<QualityFeatures> features) =>
        features.Count < QualityModel.LeastCases ? null : QualityModel.Fit(features);

    private SegmentationMetrics? Measure(ITransformer model, DatasetFold fold)
    {
        if (fold.Validation.Cases.Count == 0)
        {
            return null;
        }

        var medical = context.MedicalSegmentation();
        var rows = fold.Validation.ToDataView(context);
        var labelled = medical.Transforms.LoadLabelVolumes().Fit(rows).Transform(rows);
        return medical.Evaluate(model.Transform(labelled), caseColumnName: SegmentationDataset.CaseIdColumn);
    }

    private void Print(List<(DatasetFold Fold, SegmentationMetrics? Metrics)> results, bool asJson)
    {
        // A case counts once, whatever the size of its fold.
        var measured = results.Where(result => result.Metrics is not null).ToList();
        var dice =
            measured.Sum(result => result.Metrics?.MeanDice * result.Fold.Validation.Cases.Count)
            / measured.Sum(result => result.Fold.Validation.Cases.Count);
        if (asJson)
        {
            Report.Json(new
            {
                model = output,
                crossValidatedDice = dice,
                folds = results.Select(result => new
                {
                    fold = result.Fold.Number,
                    validation = result.Fold.Validation.Cases.Select(one => one.Id),
                    dice = result.Metrics is { } metrics ? MetricsTable.ToJson(metrics) : null,
                }),
            });
            return;
        }

        foreach (var (fold, metrics) in results)
        {
            if (metrics is not null)
            {
                Report.Line($"Fold {fold.Number}, {fold.Validation.Cases.Count} cases that it was not trained on:");
                MetricsTable.Print(metrics);
            }
        }

        Report.Line($"{(measured.Count > 1 ? $"Cross-validated mean Dice {dice:0.0000}. " : "")}Wrote {output}.");
    }
}
