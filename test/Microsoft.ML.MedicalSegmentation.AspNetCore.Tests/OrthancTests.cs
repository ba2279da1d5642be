using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>Against a real Orthanc with its DICOMweb plugin, as Debian has it.</summary>
[TestClass]
public sealed class OrthancTests
{
    [TestMethod]
    public async Task Client_StoresFindsAndRetrievesASeries()
    {
        using var folder = new TemporaryFolder();
        using var orthanc = await OrthancServer.Start(folder);
        var files = Directory.GetFiles(TestData.RequireData("formats/seg/dcmqi/ct-3slice"));
        using var http = new HttpClient();
        var client = new DicomWebClient(http, orthanc.Root);

        await client.Store(files);
        await client.Store(files);

        var study = (await client.FindStudies(null)).Single();
        var series = (await client.FindSeries(study)).Single();
        Assert.AreEqual(DicomSeries.Open(files).Uid, series.Uid);
        Assert.IsTrue(series.IsImage);
        Assert.AreEqual(files.Length, await client.Retrieve(study, series.Uid, folder["back"]));
        Assert.IsTrue(DicomSeries.Open(files).Read().Bytes.SequenceEqual(VolumeFormats.Open(folder["back"]).Bytes));
        Assert.AreEqual(0, (await client.FindStudies(DateOnly.MaxValue)).Count);
        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => client.Retrieve(study, "1.2.3", folder["none"]));
    }

    [TestMethod]
    public async Task Worker_ScoresNewSeriesAndStoresThemOnce()
    {
        using var folder = new TemporaryFolder();
        using var orthanc = await OrthancServer.Start(folder);
        var files = Directory.GetFiles(TestData.RequireData("formats/seg/dcmqi/ct-3slice"));
        using var http = new HttpClient();
        var client = new DicomWebClient(http, orthanc.Root);
        await client.Store(files);
        var study = (await client.FindStudies(null)).Single();
        var modality = (await client.FindSeries(study)).Single().Modality;
        void Worker(IServiceCollection services) =>
            services.AddPacsWorker(worker =>
            {
                (worker.Root, worker.Modality, worker.MinimumInstances, worker.DaysBack, worker.Interval) = (
                    orthanc.Root,
                    modality,
                    3,
                    null,
                    TimeSpan.FromSeconds(0.5)
                );
            });

        var series = new List<DicomWebSeries>();
        await using (await ServedApplication.Start(folder, services: Worker))
        {
            while (series.Count < 3)
            {
                await Task.Delay(300);
                series = [.. await client.FindSeries(study)];
            }
        }

        // A service that starts anew finds what is there.
        await using (var again = await ServedApplication.Start(folder, services: Worker))
        {
            await Task.Delay(3000);
            Assert.IsFalse(again.Log.Any(line => line.Contains("stored by", StringComparison.Ordinal)));
        }

        Assert.AreEqual(files.Length + 2, (await orthanc.Statistics(http)).GetProperty("CountInstances").GetInt32());
        CollectionAssert.AreEquivalent(new[] { modality, "SEG", "SR" }, (await client.FindSeries(study)).Select(s => s.Modality).ToArray());
        await client.Retrieve(study, series.Single(s => s.Modality == "SEG").Uid, folder["seg"]);
        var image = DicomSeries.Open(files).Read();
        var labels = DicomSegmentation.Read(Directory.GetFiles(folder["seg"]).Single()).ToLabelsOn(image.Shape, image.Geometry);
        var values = new float[image.Shape.Count];
        image.CopyValues(0, values);
        CollectionAssert.AreEqual(
            values.Select(v => v > 0.5f ? 1 : 0).ToArray(),
            labels.Voxels.Bytes.ToArray().Select(v => (int)v).ToArray()
        );
    }
}
