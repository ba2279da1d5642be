using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Http;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Jobs;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Models;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the segmentation service into an application.</summary>
public static class MedicalSegmentationEndpoints
{
    /// <summary>Maps uploads, jobs, models, health, OpenAPI and the page below a path.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">Where, such as "/segmentation".</param>
    /// <returns>The group. Without <c>RequireAuthorization()</c> on it, only programs of the same machine are answered.</returns>
    public static RouteGroupBuilder MapMedicalSegmentation(this IEndpointRouteBuilder endpoints, string pattern = "/segmentation")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        var group = endpoints.MapGroup(pattern).WithGroupName(MedicalSegmentationServices.DocumentName).WithTags("segmentation");
        group.AddEndpointFilter<LocalOnlyFilter>();

        group.MapPost("/score", (HttpContext http, ScoreEndpoint endpoint) => endpoint.Take(http, asJob: false))
            .WithSummary("Scores an upload: one volume, the channels of one as the files of a form, or a zipped DICOM study.")
            .WithDescription(
                "Query: model, format (nifti, nrrd, metaimage, dicom-seg, rtstruct, report), series. Large volumes, and requests "
                    + "with Prefer: respond-async, become jobs."
            )
            .Accepts<byte[]>("application/octet-stream", "application/zip", "multipart/form-data", "application/dicom")
            .Produces<byte[]>(200, "application/octet-stream")
            .Produces<JobDocument>(202)
            .ProducesProblem(400)
            .ProducesProblem(413)
            .ProducesProblem(422)
            .ProducesProblem(503);
        group
            .MapPost("/jobs", (HttpContext http, ScoreEndpoint endpoint) => endpoint.Take(http, asJob: true))
            .WithSummary("Makes a job of an upload.")
            .Accepts<byte[]>("application/octet-stream", "application/zip", "multipart/form-data", "application/dicom")
            .Produces<JobDocument>(202)
            .ProducesProblem(400)
            .ProducesProblem(413)
            .ProducesProblem(422);
        group
            .MapGet("/jobs/{id}", (HttpContext http, string id, JobEndpoints jobs) => jobs.Status(http, id))
            .WithSummary("State, progress, structures and addresses of results.")
            .Produces<JobDocument>()
            .ProducesProblem(404);
        group
            .MapDelete("/jobs/{id}", (HttpContext http, string id, JobEndpoints jobs) => jobs.Cancel(http, id))
            .WithSummary("Cancels a job, or removes a finished one.")
            .Produces(204)
            .ProducesProblem(404);
        group
            .MapGet("/jobs/{id}/result", (HttpContext http, string id, string? format, JobEndpoints jobs) => jobs.Result(http, id, format))
            .WithSummary("The labels in a format.")
            .Produces<byte[]>(200, "application/octet-stream")
            .ProducesProblem(404)
            .ProducesProblem(409);
        group.MapGet("/jobs/{id}/view", (HttpContext http, string id, JobEndpoints jobs) => jobs.View(http, id)).ExcludeFromDescription();
        group
            .MapGet(
                "/jobs/{id}/view/image",
                (HttpContext http, string id, JobEndpoints jobs) => jobs.Voxels(http, id, ViewedVolume.Part.Image)
            )
            .ExcludeFromDescription();
        group
            .MapGet(
                "/jobs/{id}/view/labels",
                (HttpContext http, string id, JobEndpoints jobs) => jobs.Voxels(http, id, ViewedVolume.Part.Labels)
            )
            .ExcludeFromDescription();
        group
            .MapGet(
                "/jobs/{id}/view/doubt",
                (HttpContext http, string id, JobEndpoints jobs) => jobs.Voxels(http, id, ViewedVolume.Part.Doubt)
            )
            .ExcludeFromDescription();
        group
            .MapGet("/models", (ModelStore models) => models.Names.Select(name => models.Use(name, ModelSummary.Of)))
            .WithSummary("The models that are served.")
            .Produces<ModelSummary[]>();
        group
            .MapGet(
                "/",
                (HttpContext http) =>
                    http.Request.Path.Value?.EndsWith('/') == true
                        ? ViewerFiles.Get(http, "index.html")
                        : Results.Redirect($"{http.Request.PathBase}{http.Request.Path}/")
            )
            .ExcludeFromDescription();
        foreach (var file in new[] { "viewer.js", "solid.js", "viewer.css", "niivue.js" })
        {
            group.MapGet($"/{file}", (HttpContext http) => ViewerFiles.Get(http, file)).ExcludeFromDescription();
        }

        group.MapHealthChecks("/health");
        endpoints
            .MapOpenApi(pattern.TrimEnd('/') + "/openapi/{documentName}.json")
            .AddEndpointFilter<IEndpointConventionBuilder, LocalOnlyFilter>();
        return group;
    }
}
