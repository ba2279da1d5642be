using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Models;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Uploads;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;

/// <summary>Scores one upload in its turn, on a thread of its own, within the time limit.</summary>
internal sealed class CaseScoring(
    ModelStore models, ScoringGate gate, ServiceTelemetry telemetry, IOptions<SegmentationServiceOptions> options, ILogger<CaseScoring> log)
{
    /// <summary>Scores.</summary>
    /// <param name="id">Identifies the case in the log.</param>
    /// <param name="modelName">The model.</param>
    /// <param name="upload">What to score.</param>
    /// <param name="mayRefuse">True to fail where too many wait already.</param>
    /// <param name="progress">Receives 0 to 1; null for nobody.</param>
    /// <param name="cancellationToken">Ends it, also within the network.</param>
    /// <exception cref="ServiceFault">The time limit was reached, or too many wait.</exception>
    public async Task<ScoredCase> Score(
        string id,
        string modelName,
        UploadedCase upload,
        bool mayRefuse,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        using var turn = await gate.Enter(upload.EstimatedBytes, mayRefuse, cancellationToken).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.MaximumScoringTime);
        using var activity = telemetry.Activities.StartActivity("medseg.score");
        activity?.SetTag("medseg.model", modelName).SetTag("medseg.voxels", upload.Voxels);
        var clock = Stopwatch.StartNew();
        var outcome = "failed";
        try
        {
            // Not a thread of the pool: scoring takes seconds to minutes, and health checks go on meanwhile.
            var scored = await Task
                .Factory.StartNew(
                    () => models.Use(modelName, model => Score(model, upload, progress, limit.Token)),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
                .ConfigureAwait(false);
            outcome = "scored";
            return scored;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            outcome = "timeout";
            throw new ServiceFault(
                504,
                "time-limit",
                $"The volume was not scored within {options.Value.MaximumScoringTime}. Send a smaller volume."
            );
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            var (voxels, seconds) = (upload.Voxels, clock.Elapsed.TotalSeconds);
            telemetry.Finished(modelName, outcome, voxels, seconds);
            log.LogInformation("{Id}: {Outcome} by {Model}, {Voxels} voxels, {Seconds:0.0} s.", id, outcome, modelName, voxels, seconds);
        }
    }

    private static ScoredCase Score(
        ServedModel model,
        UploadedCase upload,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        var warnings = new List<string>();
        using var scope = ScoringScope.Begin(
            cancellationToken,
            progress,
            warning => warnings.Add(ServiceFault.Of(new InputDataException(warning), Path.GetDirectoryName(upload.Paths[0])).Message)
        );
        var rows = model.Transformer.Transform(
            new SegmentationDataset("upload", [new("case", upload.Paths, null)]).ToDataView(model.Context)
        );
        var (labels, doubt) = Read(rows);
        cancellationToken.ThrowIfCancellationRequested();
        var image = VolumeFormats.Open(upload.Paths[0], cancellationToken: cancellationToken);
        var classes = model.Classes.ToDictionary(c => c.Value);
        var segments = SegmentStatistics.Measure(labels, image.Shape.SameGrid(labels.Shape) ? image : null);
        return new(labels, [.. segments.Select(s => ScoredSegment.Of(s, classes.GetValueOrDefault(s.Label)))], warnings, model.Algorithm)
        {
            Doubt = doubt,
        };
    }

    // ML.NET's own reading into classes fails where a column is missing after one of its transforms.
    private static (LabelVolume Labels, Volume? Doubt) Read(IDataView rows)
    {
        var column = rows.Schema["PredictedLabel"];
        var doubtColumn = rows.Schema.GetColumnOrNull(ServedModel.DoubtColumn);
        using var cursor = rows.GetRowCursor([column, .. new[] { doubtColumn }.OfType<DataViewSchema.Column>()]);
        var getLabels = cursor.GetGetter<LabelVolume?>(column);
        var getDoubt = doubtColumn is { } given ? cursor.GetGetter<Volume?>(given) : null;
        cursor.MoveNext();
        LabelVolume? labels = null;
        Volume? doubt = null;
        getLabels(ref labels);
        getDoubt?.Invoke(ref doubt);
        return (labels ?? throw new InvalidOperationException("The model gave no labels."), doubt);
    }
}
