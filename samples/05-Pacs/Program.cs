// A worker on a PACS that speaks DICOMweb, such as Orthanc: new CT series are scored, segmentation and report stored in their study.
//   dotnet run -- model.zip http://127.0.0.1:8042/dicom-web [http://127.0.0.1:8080]
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

if (args.Length is < 2 or > 3)
{
    Console.Error.WriteLine("Usage: Pacs model.zip dicomweb-root [url]");
    return 2;
}

var builder = WebApplication.CreateBuilder();
builder.WebHost.UseUrls(args.ElementAtOrDefault(2) ?? "http://127.0.0.1:8080");
builder.Services.AddMedicalSegmentation(options =>
{
    options.AddModel("model", args[0]);
    options.WorkFolder = Path.GetFullPath("work");
});
builder.Services.AddPacsWorker(worker =>
{
    worker.Root = new Uri(args[1]);
    worker.Modality = "CT";
    worker.MinimumInstances = 3;
    worker.DaysBack = null;
    worker.Interval = TimeSpan.FromSeconds(2);
    worker.BearerToken = Environment.GetEnvironmentVariable("PACS_TOKEN");
});

// Health and the page, for programs of this machine.
var app = builder.Build();
app.MapMedicalSegmentation("/segmentation");
await app.RunAsync();
return 0;
