namespace MedSeg.Synthesis;

/// <summary>From files of targets and of synthesised volumes to errors.</summary>
internal static class SynthesisEvaluation
{
    /// <summary>Compares the targets of pairs with the synthesised volumes in a folder.</summary>
    /// <param name="context">The context.</param>
    /// <param name="data">The pairs; errors are measured within their masks too.</param>
    /// <param name="folder">Synthesised volumes, CASE.nii.gz.</param>
    /// <param name="dataRange">What errors are compared with; null for the range of each target.</param>
    /// <exception cref="ArgumentException">No case has a synthesised volume.</exception>
    public static SynthesisMetrics Run(MLContext context, PairedData data, string folder, double? dataRange)
    {
        var pairs = data.Pairs.Cases.Select(one => new Row
        {
            CaseId = one.Id,
            TargetPath = one.LabelPath ?? "",
            OutputPath = Path.Combine(folder, one.Id + ".nii.gz"),
            MaskPath = data.Masks.GetValueOrDefault(one.Id, ""),
        }).ToLookup(row => File.Exists(row.OutputPath));
        if (!pairs.Contains(true))
        {
            throw new ArgumentException(
                $"No case has a synthesised volume in '{folder}'. Volumes are named CASE.nii.gz, such as {data.Pairs.Cases[0].Id}.nii.gz."
            );
        }

        var hasMasks = data.Masks.Count > 0;
        var transforms = context.MedicalSegmentation().Transforms;
        var rows = context.Data.LoadFromEnumerable(pairs[true]);
        IEstimator<ITransformer> loading = transforms
            .LoadVolumes("Target", "TargetPath")
            .Append(transforms.LoadVolumes("Synthesized", "OutputPath"));
        loading = hasMasks ? loading.Append(transforms.LoadLabelVolumes("Mask", "MaskPath")) : loading;
        return context
            .MedicalSegmentation()
            .EvaluateSynthesis(
                loading.Fit(rows).Transform(rows),
                maskColumnName: hasMasks ? "Mask" : null,
                caseColumnName: "CaseId",
                dataRange: dataRange
            )
            .WithMissingCases([.. pairs[false].Select(row => row.CaseId)]);
    }

    private sealed class Row
    {
        public string CaseId { get; set; } = "";

        public string TargetPath { get; set; } = "";

        public string OutputPath { get; set; } = "";

        public string MaskPath { get; set; } = "";
    }
}
