// A model behind HTTP, in an ASP.NET Core application of your own.
//   dotnet run -- model.zip http://127.0.0.1:8080
//   curl --data-binary @scan.nii.gz "http://127.0.0.1:8080/segmentation/score?format=nifti" -o labels.nii.gz
// The page is at /segmentation/, the OpenAPI document at /segmentation/openapi/segmentation.json.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

if (args.Length is 0 or > 4)
{
    Console.Error.WriteLine("Usage: Service model.zip [url] [work folder] [PostgreSQL connection string]");
    return 2;
}

var builder = WebApplication.CreateBuilder();
builder.WebHost.UseUrls(args.ElementAtOrDefault(1) ?? "http://127.0.0.1:8080");
builder.Services.AddMedicalSegmentation(options =>
{
    options.AddModel("model", args[0]);

    // Jobs and their results survive a restart in this folder. Several nodes share it, and a queue on PostgreSQL.
    options.WorkFolder = Path.GetFullPath(args.ElementAtOrDefault(2) ?? "work");
    options.PostgresConnectionString = args.ElementAtOrDefault(3);

    // Limits come from appsettings.json or the environment, such as Segmentation__MaximumUploadBytes=100000000.
    builder.Configuration.GetSection("Segmentation").Bind(options);
});

var app = builder.Build();

// Programs of this machine only. With authentication: app.MapMedicalSegmentation(...).RequireAuthorization().
app.MapMedicalSegmentation("/segmentation");

// The rest of your application.
app.MapGet("/", () => "See /segmentation/");

await app.RunAsync();
return 0;
