using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Http;

/// <summary>Status, result and cancellation of jobs.</summary>
internal sealed class JobEndpoints(JobQueue queue, IOptions<SegmentationServiceOptions> options, ILogger<JobEndpoints> log)
{
    /// <summary>GET jobs/ID.</summary>
    public Task<IResult> Status(HttpContext http, string id)
        => Problems.Of(http, log, () => Task.FromResult<IResult>(Results.Ok(queue.Find(id).Describe())), () => null);

    /// <summary>DELETE jobs/ID: cancels a job, or removes a finished one.</summary>
    public Task<IResult> Cancel(HttpContext http, string id)
        => Problems.Of(http, log, async () =>
        {
            await queue.Cancel(queue.Find(id), http.RequestAborted).ConfigureAwait(false);
            return Results.NoContent();
        }, () => null);

    /// <summary>GET jobs/ID/result.</summary>
    public Task<IResult> Result(HttpContext http, string id, string? format)
        => Problems.Of(http, log, async () =>
        {
            if (format == JobOutcome.DoubtFormat)
            {
                var (place, ended) = Succeeded(id);
                return Results.File(
                    place.PathOf(ended.DoubtFile ?? throw new ServiceFault(404, "no-doubt", "No doubt was measured for this job.")),
                    ResultFormat.Nifti.MediaType,
                    "doubt.nii.gz"
                );
            }

            var chosen =
                ResultFormat.Find(format)
                ?? throw new ServiceFault(
                    400,
                    "unknown-format",
                    $"The format is unknown; use one of {string.Join(", ", ResultFormat.All.Select(f => f.Key))}."
                );
            var (folder, outcome) = Succeeded(id);
            if (chosen.NeedsSeries && !outcome.IsDicom)
            {
                throw new ServiceFault(
                    400,
                    "not-dicom",
                    $"The format {chosen.Key} refers to a DICOM series, and the upload was none. Choose another format."
                );
            }

            var path = chosen == ResultFormat.Nifti ? folder.PathOf(outcome.LabelsFile ?? "") : folder.PathOf("result" + chosen.Ending);
            if (!File.Exists(path))
            {
                await Task.Run(() =>
                {
                    var (labels, upload) = folder.ReadResult(outcome, options.Value);
                    chosen.Write(labels, upload, outcome.Algorithm, outcome.Warnings, path);
                }, http.RequestAborted).ConfigureAwait(false);
            }

            return Results.File(path, chosen.MediaType, "labels" + chosen.Ending);
        }, () => null);

    /// <summary>GET jobs/ID/view: what the page needs to draw.</summary>
    public Task<IResult> View(HttpContext http, string id)
        => Problems.Of(http, log, async () =>
        {
            var (folder, outcome) = Succeeded(id);
            return Results.Ok(
                await Task.Run(() => ViewedVolume.Read(folder, outcome, options.Value).Describe(), http.RequestAborted)
                    .ConfigureAwait(false)
            );
        }, () => null);

    /// <summary>GET jobs/ID/view/image, labels and doubt: 16 bits a voxel, x fastest.</summary>
    public Task<IResult> Voxels(HttpContext http, string id, ViewedVolume.Part part)
        => Problems.Of(http, log, async () =>
        {
            var (folder, outcome) = Succeeded(id);
            var bytes = await Task.Run(() => ViewedVolume.Read(folder, outcome, options.Value).Bytes(part), http.RequestAborted)
                .ConfigureAwait(false);
            http.Response.Headers.CacheControl = "private, no-store";
            return Results.Bytes(bytes, "application/octet-stream");
        }, () => null);

    private (JobFolder Folder, JobOutcome Outcome) Succeeded(string id)
    {
        var folder = queue.Find(id);
        return folder.Outcome switch
        {
            { State: JobState.Succeeded } outcome => (folder, outcome),
            { Fault: { } fault } => throw new ServiceFault(fault.Status, fault.Code, fault.Detail),
            { State: JobState.Cancelled } => throw new ServiceFault(410, "cancelled", "The job was cancelled."),
            _ => throw new ServiceFault(409, "not-finished", "The job has not ended yet. Ask for its status."),
        };
    }
}
