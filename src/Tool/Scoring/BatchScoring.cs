using System.Diagnostics;
using MedSeg.Terminal;

namespace MedSeg.Scoring;

/// <summary>Scores cases one after another. A case that fails does not end the batch.</summary>
/// <param name="context">Device.</param>
/// <param name="model">A loaded model that takes image paths.</param>
/// <param name="modelDigest">SHA-256 of the model's file.</param>
/// <param name="plan">Where labels are written.</param>
internal sealed class BatchScoring(MLContext context, ITransformer model, string modelDigest, OutputPlan plan)
{
    /// <summary>True stops at the first case that fails.</summary>
    public bool StopOnError { get; init; }

    /// <summary>True scores cases whose labels are already there.</summary>
    public bool Overwrite { get; init; }

    /// <summary>How labels are written.</summary>
    public LabelOutput Output { get; init; } = new(LabelFormat.Nifti);

    /// <summary>Settings that change the labels; part of what a repeated batch compares.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Scores; every result is returned as soon as its file is written.</summary>
    public IEnumerable<CaseResult> Run(IReadOnlyList<SegmentationCase> cases, CancellationToken cancellationToken)
    {
        foreach (var one in cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = Score(one);
            yield return result;
            if (StopOnError && result.Status == CaseResult.Failed)
            {
                yield break;
            }
        }
    }

    private CaseResult Score(SegmentationCase one)
    {
        var clock = Stopwatch.StartNew();
        var path = plan.PathOf(one);
        using var warnings = WarningListener.Collect();
        try
        {
            var input = CaseReceipt.DigestOf(one.ImagePaths);
            if (!Overwrite && CaseReceipt.IsCurrent(path, modelDigest, input, Settings))
            {
                return new(one.Id, CaseResult.Skipped, path, warnings.Texts, clock.Elapsed.TotalSeconds, null);
            }

            var rows = model.Transform(new SegmentationDataset("input", [one with { LabelPath = null }]).ToDataView(context));
            var labels = context.Data.CreateEnumerable<ScoredRow>(rows, reuseRowObject: false).Single().PredictedLabel;
            CaseReceipt.Announce(path);
            Output.Write(one, rows, labels, path);
            CaseReceipt.Write(path, modelDigest, input, Settings);
            return new(one.Id, CaseResult.Scored, path, warnings.Texts, clock.Elapsed.TotalSeconds, null);
        }
        catch (Exception fault) when (ExitCode.IsOfTheData(fault))
        {
            return new(one.Id, CaseResult.Failed, null, warnings.Texts, clock.Elapsed.TotalSeconds, Describe(one, ExitCode.Innermost(fault).Message));
        }
    }

    // Faults of content do not all name the file.
    private static string Describe(SegmentationCase one, string message)
        => one.ImagePaths.Any(path => message.Contains(Path.GetFileName(path), StringComparison.Ordinal)) ? message : $"{one.ImagePaths[0]}: {message}";

    private sealed class ScoredRow
    {
        [LabelVolumeColumn]
        public LabelVolume PredictedLabel { get; set; } = LabelVolume.Create([0], new(1, 1, 1, 1));
    }
}
