using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;
using Quartz;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;

/// <summary>Jobs that outlive the process. Quartz keeps the queue in its database and gives the jobs of a dead node to another.</summary>
internal sealed class JobQueue(ISchedulerFactory schedulers, IOptions<SegmentationServiceOptions> options)
{
    private string Root => Path.Combine(options.Value.WorkFolder, "jobs");

    /// <summary>A folder for an upload, whose name cannot be guessed.</summary>
    public (string Id, JobFolder Folder) Reserve()
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var folder = new JobFolder(Path.Combine(Root, id));
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder.Path);
        }
        else
        {
            Directory.CreateDirectory(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return (id, folder);
    }

    /// <summary>Puts a job into the queue; its upload is whole.</summary>
    public async Task Add(JobFolder folder, JobOrder order, CancellationToken cancellationToken)
    {
        if (folder.Order is null)
        {
            folder.Write(order);
        }

        var scheduler = await schedulers.GetScheduler(cancellationToken).ConfigureAwait(false);
        var job = JobBuilder.Create<ScoringJob>().WithIdentity(order.Id).RequestRecovery(true).Build();
        try
        {
            await scheduler
                .ScheduleJob(
                    job,
                    TriggerBuilder.Create().WithIdentity(order.Id).StartNow().Build(),
                    new ScheduleJobOptions(),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (ObjectAlreadyExistsException)
        {
            // Another node found the order and was faster.
        }
    }

    /// <summary>The folder of a job.</summary>
    /// <exception cref="ServiceFault">There is no such job.</exception>
    public JobFolder Find(string id)
    {
        var folder = id.Length == 32 && id.All(char.IsAsciiHexDigitLower) ? new JobFolder(Path.Combine(Root, id)) : null;
        return folder?.Order is not null
            ? folder
            : throw new ServiceFault(404, "unknown-job", "There is no such job. Results are removed some time after the job has ended.");
    }

    /// <summary>Cancels a job, on whatever node it runs, or removes a finished one.</summary>
    public async Task Cancel(JobFolder folder, CancellationToken cancellationToken)
    {
        var id = Path.GetFileName(folder.Path);
        if (!folder.TryFinish(new(JobState.Cancelled, DateTimeOffset.UtcNow, null)))
        {
            folder.Delete();
            return;
        }

        var scheduler = await schedulers.GetScheduler(cancellationToken).ConfigureAwait(false);
        await scheduler.Interrupt(new JobKey(id), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Puts orders into the queue that are whole and have neither outcome nor place: their process ended between the two steps, or while it
    /// scored them.
    /// </summary>
    public async Task Reconcile(CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken).ConfigureAwait(false);
        foreach (var folder in Folders())
        {
            if (folder.Order is { } order && folder.Outcome is null
                && await scheduler.GetJobDetail(new JobKey(order.Id), cancellationToken).ConfigureAwait(false) is null)
            {
                await Add(folder, order, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes what is older than the retention: finished jobs, and uploads that never became jobs.</summary>
    public void Clean()
    {
        foreach (var folder in Folders())
        {
            var end = folder.Outcome?.Finished ?? (folder.Order is null ? Directory.GetLastWriteTimeUtc(folder.Path) : null);
            if (end is { } moment && DateTimeOffset.UtcNow - moment > options.Value.Retention)
            {
                folder.Delete();
            }
        }
    }

    private IEnumerable<JobFolder> Folders() =>
        Directory.Exists(Root) ? Directory.EnumerateDirectories(Root).Select(path => new JobFolder(path)) : [];
}
