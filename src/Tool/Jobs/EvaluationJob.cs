namespace MedSeg.Jobs;

/// <summary>From files of labels and files of predictions to metrics.</summary>
internal static class EvaluationJob
{
    /// <summary>Compares the labelled cases of a data set with the predictions in a folder.</summary>
    /// <param name="context">The context.</param>
    /// <param name="dataset">The cases; those without labels are passed over.</param>
    /// <param name="folder">Predictions, CASE.nii.gz.</param>
    /// <param name="metrics">What to measure.</param>
    /// <param name="groups">Subgroups by case; null makes none.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    /// <exception cref="ArgumentException">No case has both labels and a prediction.</exception>
    public static SegmentationMetrics Run(
        MLContext context,
        SegmentationDataset dataset,
        string folder,
        IReadOnlyList<SegmentationMetric> metrics,
        IReadOnlyDictionary<string, string>? groups = null,
        CancellationToken cancellation = default
    )
    {
        var (pairs, missing) = Pairs(dataset, folder);
        if (groups is not null)
        {
            foreach (var pair in pairs)
            {
                pair.Group = groups.TryGetValue(pair.CaseId, out var group)
                    ? group
                    : throw new ArgumentException($"The table of subgroups has no line for the case '{pair.CaseId}'.");
            }
        }

        return pairs.Count > 0
            ? Run(context, pairs, dataset.Classes, metrics, cancellation).WithMissingCases(missing)
            : throw new ArgumentException(
                $"No case of the data set has both labels and a prediction in '{folder}'. Predictions are named CASE.nii.gz, such "
                    + $"as {dataset.Cases[0].Id}.nii.gz."
            );
    }

    /// <summary>Cases with labels and a prediction, and the names of those with labels only.</summary>
    public static (List<LabelPair> Pairs, List<string> Missing) Pairs(SegmentationDataset dataset, string folder)
    {
        var (pairs, missing) = (new List<LabelPair>(), new List<string>());
        foreach (var one in dataset.Cases)
        {
            var predicted = Path.Combine(folder, one.Id + ".nii.gz");
            if (one.LabelPath is not { } label)
            {
                continue;
            }

            if (File.Exists(predicted))
            {
                pairs.Add(new() { CaseId = one.Id, LabelPath = label, PredictedPath = predicted });
            }
            else
            {
                missing.Add(one.Id);
            }
        }

        return (pairs, missing);
    }

    /// <summary>Compares files pair by pair.</summary>
    /// <param name="context">The context.</param>
    /// <param name="pairs">Truth and prediction of each case.</param>
    /// <param name="classes">Label values with their names; empty takes the values that occur.</param>
    /// <param name="metrics">What to measure. Default: Dice and IoU.</param>
    /// <param name="cancellation">Ends the evaluation: reading at the next read, measuring between two cases.</param>
    public static SegmentationMetrics Run(
        MLContext context,
        IEnumerable<LabelPair> pairs,
        IReadOnlyList<LabelClass> classes,
        IReadOnlyList<SegmentationMetric>? metrics = null,
        CancellationToken cancellation = default
    )
    {
        using var scope = ScoringScope.Begin(cancellation);
        var medical = context.MedicalSegmentation();
        var known = classes.Count == 0 ? null : classes;
        var rows = context.Data.LoadFromEnumerable(pairs);
        var loading = medical.Transforms.LoadLabelVolumes("Label", "LabelPath", known)
            .Append(medical.Transforms.LoadLabelVolumes("PredictedLabel", "PredictedPath", known));
        return medical.Evaluate(
            loading.Fit(rows).Transform(rows),
            caseColumnName: "CaseId",
            classes: known,
            metrics: metrics,
            groupColumnName: "Group",
            cancellationToken: cancellation
        );
    }
}

/// <summary>Truth and prediction of one case.</summary>
internal sealed class LabelPair
{
    /// <summary>Name of the case.</summary>
    public string CaseId { get; set; } = "";

    /// <summary>File of the expert's labels.</summary>
    public string LabelPath { get; set; } = "";

    /// <summary>File of the predicted labels.</summary>
    public string PredictedPath { get; set; } = "";

    /// <summary>The subgroup of the case; empty if there are none.</summary>
    public string Group { get; set; } = "";
}
