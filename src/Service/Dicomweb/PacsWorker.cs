using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Models;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Uploads;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Dicomweb;

/// <summary>Asks a PACS for new series that match a rule, scores them, and stores segmentation and report in their study.</summary>
/// <remarks>
/// Identifiers of results are derived from model and series. A result that the PACS has is not made again, and one that is stored a second
/// time, after the process ended within it, is the same object.
/// </remarks>
internal sealed class PacsWorker(
    PacsWorkerOptions rule,
    HttpClient http,
    ModelStore models,
    CaseScoring scoring,
    IOptions<SegmentationServiceOptions> options,
    ILogger<PacsWorker> log
) : BackgroundService
{
    private readonly Dictionary<string, int> _seen = [];
    private readonly HashSet<string> _refused = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(rule.Interval);
        do
        {
            try
            {
                await Round(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("The PACS could not be asked; tried again in {Interval}: {Reason}", rule.Interval, fault.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    /// <summary>Looks once at everything that matches.</summary>
    internal async Task Round(CancellationToken cancellationToken)
    {
        var client = new DicomWebClient(http, rule.Root ?? throw new InvalidOperationException("The worker has no DICOMweb root."))
        {
            BearerToken = rule.BearerToken,
        };
        var from = rule.DaysBack is { } days ? DateOnly.FromDateTime(DateTime.Today.AddDays(-days)) : (DateOnly?)null;
        foreach (var study in await client.FindStudies(from, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            var series = await client.FindSeries(study, cancellationToken).ConfigureAwait(false);
            foreach (var one in series.Where(Matches))
            {
                if (!_refused.Contains(one.Uid))
                {
                    await Consider(client, one, series, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private bool Matches(DicomWebSeries series) =>
        series.Modality == rule.Modality
        && (series.Instances ?? int.MaxValue) >= rule.MinimumInstances
        && (
            rule.DescriptionHas.Count == 0
            || rule.DescriptionHas.Any(word => series.Description.Contains(word, StringComparison.OrdinalIgnoreCase))
        );

    private async Task Consider(
        DicomWebClient client,
        DicomWebSeries series,
        IReadOnlyList<DicomWebSeries> study,
        CancellationToken cancellationToken
    )
    {
        var name = models.Choose(rule.Model);
        var digest = await Task.Run(() => models.Use(name, model => model.Digest), cancellationToken).ConfigureAwait(false);
        var result = StoredResult.Of(digest, series.Uid);
        if (study.Any(other => other.Uid == (rule.StoreReport ? result.ReportSeries : result.SegmentationSeries)))
        {
            return;
        }

        // Still being sent?
        if (!_seen.TryGetValue(series.Uid, out var before) || before != (series.Instances ?? 0))
        {
            _seen[series.Uid] = series.Instances ?? 0;
            return;
        }

        var folder = Path.Combine(options.Value.WorkFolder, "pacs", Guid.NewGuid().ToString("N"));
        try
        {
            await Score(client, series, name, result, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException and not HttpRequestException)
        {
            // Not tried again until the service starts anew: the images will not change.
            _refused.Add(series.Uid);
            log.LogWarning("A series cannot be scored: {Reason}", ServiceFault.Of(fault, folder).Code);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private async Task Score(
        DicomWebClient client,
        DicomWebSeries series,
        string name,
        StoredResult result,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var images = Path.Combine(folder, "images");
        await client.Retrieve(series.Study, series.Uid, images, cancellationToken).ConfigureAwait(false);
        var channels = models.Use(name, model => model.Channels);
        var upload = await Task.Run(() => UploadedCase.Find(images, channels, null, options.Value, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        var scored = await scoring
            .Score(result.SegmentationSeries, name, upload, mayRefuse: false, null, cancellationToken)
            .ConfigureAwait(false);
        var files = await Task.Run(
                () =>
                    result.Write(
                        scored.Labels,
                        DicomSeries.Open(upload.Paths[0]),
                        scored.Algorithm,
                        folder,
                        rule.StoreReport,
                        scored.Warnings
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

        // The report last: it says that everything is there.
        foreach (var file in files)
        {
            await client.Store([file], cancellationToken).ConfigureAwait(false);
        }

        var count = files.Count;
        log.LogInformation("{Count} objects were stored by {Model}.", count, name);
    }
}
