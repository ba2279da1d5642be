using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;

/// <summary>Once at the start and then every minute: lost orders go back into the queue, and old results are removed.</summary>
internal sealed class JobHousekeeping(JobQueue queue, ILogger<JobHousekeeping> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1));
        do
        {
            try
            {
                queue.Clean();
                await queue.Reconcile(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.LogError(fault, "The jobs could not be looked after; tried again in a minute.");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }
}
