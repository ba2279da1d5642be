namespace MedSeg.Jobs;

/// <summary>From cases to files of predicted labels.</summary>
internal static class ScoringJob
{
    /// <summary>Scores cases one after another and writes each as soon as it is ready.</summary>
    /// <param name="context">Device.</param>
    /// <param name="model">A fitted or loaded model that takes image paths.</param>
    /// <param name="cases">What to score.</param>
    /// <param name="folder">Where predictions go, as CASE.nii.gz.</param>
    /// <param name="cancellationToken">Stops between two cases.</param>
    /// <returns>Case names and the files written, as they are written.</returns>
    public static IEnumerable<SavedCase> Run(
        MLContext context, ITransformer model, SegmentationDataset cases, string folder, CancellationToken cancellationToken)
    {
        var scored = model.Transform(cases.ToDataView(context));
        var saving = context.MedicalSegmentation().Transforms.SaveVolumes(folder: folder);
        var rows = saving.Fit(scored).Transform(scored);
        foreach (var row in context.Data.CreateEnumerable<SavedCase>(rows, reuseRowObject: false))
        {
            yield return row;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}

/// <summary>One scored case.</summary>
internal sealed class SavedCase
{
    /// <summary>Name of the case.</summary>
    public string CaseId { get; set; } = "";

    /// <summary>The file of its predicted labels.</summary>
    public string SavedPath { get; set; } = "";
}
