namespace MedSeg.Jobs;

/// <summary>From files of labels and files of predictions to Dice and IoU.</summary>
internal static class EvaluationJob
{
    /// <summary>Compares files pair by pair.</summary>
    /// <param name="context">The context.</param>
    /// <param name="pairs">Truth and prediction of each case.</param>
    /// <param name="classes">Label values with their names; empty takes the values that occur.</param>
    public static SegmentationMetrics Run(MLContext context, IEnumerable<LabelPair> pairs, IReadOnlyList<LabelClass> classes)
    {
        var medical = context.MedicalSegmentation();
        var known = classes.Count == 0 ? null : classes;
        var rows = context.Data.LoadFromEnumerable(pairs);
        var loading = medical.Transforms.LoadLabelVolumes("Label", "LabelPath", known)
            .Append(medical.Transforms.LoadLabelVolumes("PredictedLabel", "PredictedPath", known));
        return medical.Evaluate(loading.Fit(rows).Transform(rows), caseColumnName: "CaseId", classes: known);
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
}
