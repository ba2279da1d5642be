using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Models;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Uploads;
using Quartz;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;

/// <summary>
/// Scores the upload of one job. May run again, here or on another node, where a process ended within it; the first outcome counts.
/// </summary>
internal sealed class ScoringJob(
    JobQueue queue,
    CaseScoring scoring,
    ModelStore models,
    IOptions<SegmentationServiceOptions> options,
    IHostApplicationLifetime lifetime,
    ILogger<ScoringJob> log
) : IJob
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(0.5);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var id = context.JobDetail.Key.Name;
        JobFolder folder;
        try
        {
            folder = queue.Find(id);
        }
        catch (ServiceFault)
        {
            // Removed by its client while it waited.
            return;
        }

        if (folder.Outcome is null && folder.Order is { } order)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
            await Run(folder, order, ending.Token).ConfigureAwait(false);
        }
    }

    private async Task Run(JobFolder folder, JobOrder order, CancellationToken cancellationToken)
    {
        try
        {
            folder.Report(0);
            var channels = models.Use(models.Choose(order.Model), model => model.Channels);
            var upload = await Task.Run(
                    () => UploadedCase.Find(folder.Input, channels, order.Series, options.Value, cancellationToken),
                    cancellationToken
                )
                .ConfigureAwait(false);
            var scored = await scoring
                .Score(order.Id, order.Model, upload, mayRefuse: false, new FileProgress(folder), cancellationToken)
                .ConfigureAwait(false);
            var labels = JobFolder.NewLabelsFile();
            VolumeFormats.Save(scored.Labels, folder.PathOf(labels), cancellationToken: cancellationToken);
            var doubt = scored.DoubtInBytes();
            var doubtFile = doubt is null ? null : labels.Replace("labels-", "doubt-", StringComparison.Ordinal);
            if (doubt is not null)
            {
                VolumeFormats.Save(doubt, folder.PathOf(doubtFile ?? ""), cancellationToken: cancellationToken);
            }

            folder.TryFinish(new(JobState.Succeeded, DateTimeOffset.UtcNow, null)
            {
                LabelsFile = labels,
                DoubtFile = doubtFile,
                Segments = scored.Segments,
                Warnings = scored.Warnings,
                Algorithm = scored.Algorithm,
                IsDicom = upload.IsDicom,
            });
        }
        catch (Exception) when (lifetime.ApplicationStopping.IsCancellationRequested && folder.Outcome is null)
        {
            // The order goes back into the queue at the next start, or by another node.
        }
        catch (OperationCanceledException)
        {
            // Cancelled by its client, which the outcome says already.
        }
        catch (Exception fault)
        {
            var told = ServiceFault.Of(fault, folder.Input);
            if (told.Blame == "server")
            {
                log.LogError(fault, "{Id}: failed.", order.Id);
            }

            folder.TryFinish(new(JobState.Failed, DateTimeOffset.UtcNow, new(told.Status, told.Code, told.Blame, told.Message)));
        }
    }

    /// <summary>Writes progress to the job's folder, not too often.</summary>
    private sealed class FileProgress(JobFolder folder) : IProgress<double>
    {
        private DateTime _next;

        public void Report(double value)
        {
            if (DateTime.UtcNow < _next)
            {
                return;
            }

            _next = DateTime.UtcNow + ReportInterval;
            folder.Report(value);
        }
    }
}
