using System.Diagnostics;
using MedSeg.Scoring;
using MedSeg.Terminal;

namespace MedSeg.Synthesis;

/// <summary>Synthesises cases one after another, each to a file of its own. A case that fails does not end the batch.</summary>
/// <param name="context">Device.</param>
/// <param name="model">A loaded model that takes paths of sources.</param>
/// <param name="modelDigest">SHA-256 of the model's file.</param>
/// <param name="plan">Where volumes are written.</param>
internal sealed class SynthesisBatch(MLContext context, ITransformer model, string modelDigest, OutputPlan plan)
{
    /// <summary>True makes volumes again that are already there.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Folder for volumes of difficulty; null writes none.</summary>
    public string? DifficultyFolder { get; init; }

    /// <summary>Settings that change the result; part of what a repeated batch compares.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Scores; every result is returned as soon as its file is written.</summary>
    public IEnumerable<CaseResult> Run(IReadOnlyList<SegmentationCase> cases, CancellationToken cancellationToken)
    {
        foreach (var one in cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Score(one);
        }
    }

    private CaseResult Score(SegmentationCase one)
    {
        var clock = Stopwatch.StartNew();
        var path = plan.PathOf(one);
        var difficultyPath = DifficultyFolder is null ? null : Path.Combine(DifficultyFolder, Path.GetFileName(path));
        using var warnings = WarningListener.Collect();
        try
        {
            var input = CaseReceipt.DigestOf(one.ImagePaths);
            if (
                !Overwrite
                && (difficultyPath is null || File.Exists(difficultyPath))
                && CaseReceipt.IsCurrent(path, modelDigest, input, Settings)
            )
            {
                return new(one.Id, CaseResult.Skipped, path, warnings.Texts, clock.Elapsed.TotalSeconds, null);
            }

            var rows = model.Transform(new SegmentationDataset("input", [one with { LabelPath = null }]).ToDataView(context));
            var scored = SynthesizedRow.Of(rows);
            CaseReceipt.Announce(path);
            if (difficultyPath is not null)
            {
                var difficulty = scored.Difficulty
                    ?? throw new InputDataException(
                        "The model gives no difficulty: its result has no column 'Difficulty'. Leave --difficulty out."
                    );
                VolumeFormats.Save(difficulty, difficultyPath);
            }

            VolumeFormats.Save(scored.Synthesized, path);
            CaseReceipt.Write(path, modelDigest, input, Settings);
            return new(one.Id, CaseResult.Scored, path, warnings.Texts, clock.Elapsed.TotalSeconds, null);
        }
        catch (Exception fault) when (Blame.Innermost(fault) is not OperationCanceledException)
        {
            return CaseResult.OfFault(one, fault, warnings.Texts, clock.Elapsed.TotalSeconds);
        }
    }
}
