using System.Diagnostics;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Scoring;

/// <summary>
/// Scores cases one after another. A case that fails does not end the batch, whether the data or this program is to blame.
/// </summary>
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

    /// <summary>What the images of training were like; images that differ are scored with warnings. Null compares nothing.</summary>
    public InputProfile? Inputs { get; init; }

    /// <summary>Flags cases that a person should look at; null flags none.</summary>
    public QualityModel? Quality { get; init; }

    /// <summary>Folder for volumes of doubt; null writes none.</summary>
    public string? DoubtFolder { get; init; }

    /// <summary>True if the model's outputs are regions that may overlap.</summary>
    public bool HasRegions { get; init; }

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
            if (StopOnError && result.IsFailed)
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
            var isDoubtThere = DoubtFolder is null || File.Exists(DoubtPlan.PathOf(DoubtFolder, one));
            if (!Overwrite && isDoubtThere && CaseReceipt.IsCurrent(path, modelDigest, input, Settings))
            {
                return new(one.Id, CaseResult.Skipped, path, warnings.Texts, clock.Elapsed.TotalSeconds, null);
            }

            var image = Inputs is null && Quality is null ? null : VolumeFormats.Open(one.ImagePaths[0]);
            foreach (var warning in image is null ? [] : Inputs?.Check(image) ?? [])
            {
                Trace.TraceWarning($"{one.Id}: {warning}");
            }

            var rows = model.Transform(new SegmentationDataset("input", [one with { LabelPath = null }]).ToDataView(context));
            var scored = ScoredRow.Of(rows);
            var labels = scored.PredictedLabel;
            CaseReceipt.Announce(path);
            var doubt = DoubtFolder is null ? null : scored.MeasureDoubt(HasRegions);
            if (DoubtFolder is not null && doubt is not null)
            {
                VolumeFormats.Save(doubt, DoubtPlan.PathOf(DoubtFolder, one));
            }

            var flag = image is null ? null : Quality?.Check(QualityFeatures.Of(image, labels, labels.Classes, doubt));
            Output.Write(one, rows, labels, path);
            CaseReceipt.Write(path, modelDigest, input, Settings);
            return new(one.Id, CaseResult.Scored, path, warnings.Texts, clock.Elapsed.TotalSeconds, null) { Quality = flag };
        }
        catch (Exception fault) when (Blame.Innermost(fault) is not OperationCanceledException)
        {
            return CaseResult.OfFault(one, fault, warnings.Texts, clock.Elapsed.TotalSeconds);
        }
    }
}
