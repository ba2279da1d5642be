using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Models;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Uploads;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Http;

/// <summary>Takes uploads: small ones are answered with their labels, the others become jobs.</summary>
internal sealed class ScoreEndpoint(
    JobQueue queue,
    CaseScoring scoring,
    ModelStore models,
    IOptions<SegmentationServiceOptions> options,
    ILogger<ScoreEndpoint> log
)
{
    /// <summary>POST score and POST jobs.</summary>
    /// <param name="http">The request.</param>
    /// <param name="asJob">True makes a job of every upload.</param>
    public async Task<IResult> Take(HttpContext http, bool asJob)
    {
        JobFolder? folder = null;
        var isKept = false;
        try
        {
            return await Problems.Of(http, log, async () =>
            {
                var query = http.Request.Query;
                var model = models.Choose(query["model"]);
                var format =
                    ResultFormat.Find(query["format"])
                    ?? throw new ServiceFault(
                        400,
                        "unknown-format",
                        $"The format is unknown; use one of {string.Join(", ", ResultFormat.All.Select(f => f.Key))}."
                    );
                string? series = query["series"];
                (var id, folder) = queue.Reserve();
                await UploadReceiver.Receive(http.Request, folder.Input, options.Value, http.RequestAborted).ConfigureAwait(false);
                var channels = await Task.Run(() => models.Use(model, served => served.Channels), http.RequestAborted)
                    .ConfigureAwait(false);
                var upload = await Task.Run(
                        () => UploadedCase.Find(folder.Input, channels, series, options.Value, http.RequestAborted),
                        http.RequestAborted
                    )
                    .ConfigureAwait(false);
                if (format.NeedsSeries && !upload.IsDicom)
                {
                    throw new ServiceFault(
                        400,
                        "not-dicom",
                        $"The format {format.Key} refers to a DICOM series, and the upload is none. Choose another format."
                    );
                }

                asJob |=
                    upload.Voxels > options.Value.SynchronousVoxels
                    || http.Request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase);
                if (asJob)
                {
                    await queue.Add(folder, new(id, model, series, DateTimeOffset.UtcNow), http.RequestAborted).ConfigureAwait(false);
                    isKept = true;
                    var address = $"{Prefix(http)}/jobs/{id}";
                    http.Response.Headers["Preference-Applied"] = "respond-async";
                    return Results.Accepted(address, folder.Describe());
                }

                var scored = await scoring.Score(id, model, upload, mayRefuse: true, null, http.RequestAborted).ConfigureAwait(false);
                return await Send(http, folder, format, scored, upload).ConfigureAwait(false);
            }, () => folder?.Input).ConfigureAwait(false);
        }
        finally
        {
            if (!isKept)
            {
                folder?.Delete();
            }
        }
    }

    /// <summary>The path of the group of endpoints that a request came to.</summary>
    internal static string Prefix(HttpContext http) =>
        $"{http.Request.PathBase}{http.Request.Path.Value?[..http.Request.Path.Value.LastIndexOf('/')]}";

    private static async Task<IResult> Send(HttpContext http, JobFolder folder, ResultFormat format, ScoredCase scored, UploadedCase upload)
    {
        var path = folder.PathOf("result" + format.Ending);
        await Task.Run(() => format.Write(scored.Labels, upload, scored.Algorithm, scored.Warnings, path), http.RequestAborted)
            .ConfigureAwait(false);
        http.Response.Headers["Medseg-Model"] = $"{scored.Algorithm.Name}; version={scored.Algorithm.Version}";
        foreach (var warning in scored.Warnings)
        {
            http.Response.Headers.Append("Medseg-Warning", new string([.. warning.Where(c => c is >= ' ' and <= '~')]));
        }

        // Read whole, so that the folder can go before the last byte is sent.
        var bytes = await File.ReadAllBytesAsync(path, http.RequestAborted).ConfigureAwait(false);
        return Results.File(bytes, format.MediaType, "labels" + format.Ending);
    }
}
