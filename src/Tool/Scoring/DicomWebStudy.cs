using Microsoft.ML.MedicalSegmentation.AspNetCore;

namespace MedSeg.Scoring;

/// <summary>A study on a DICOMweb server: its image series are fetched into folders, and results stored back.</summary>
internal sealed class DicomWebStudy : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly DicomWebClient _client;
    private readonly string _study;
    private readonly string _folder = Directory.CreateTempSubdirectory("medseg-dicomweb-").FullName;

    /// <param name="root">The service root.</param>
    /// <param name="study">Study Instance UID.</param>
    /// <param name="token">A bearer token; null for none.</param>
    public DicomWebStudy(string root, string study, string? token)
    {
        _client = new(
            _http,
            Uri.TryCreate(root, UriKind.Absolute, out var address)
                ? address
                : throw new ArgumentException(
                    $"--dicomweb is '{root}'. It is the root of a DICOMweb server, such as https://pacs/dicom-web."
                )
        )
        {
            BearerToken = token,
        };
        _study = study;
    }

    /// <summary>Fetches the image series of the study.</summary>
    /// <returns>A folder a series, named by modality and place.</returns>
    /// <exception cref="InputDataException">The study has none.</exception>
    /// <exception cref="IOException">The server does not answer, or refuses.</exception>
    public IReadOnlyList<string> Fetch(CancellationToken cancellationToken) => Wait(async () =>
    {
        var folders = new List<string>();
        foreach (
            var series in (await _client.FindSeries(_study, cancellationToken))
                .Where(series => series.IsImage)
                .OrderBy(series => series.Uid, StringComparer.Ordinal)
        )
        {
            var folder = Path.Combine(_folder, $"{series.Modality}_{series.Uid}");
            await _client.Retrieve(series.Study, series.Uid, folder, cancellationToken);
            folders.Add(folder);
        }

        return folders.Count > 0 ? folders : throw new InputDataException("The server has no image series of this study. Check --study.");
    });

    /// <summary>Stores objects in the study.</summary>
    /// <exception cref="IOException">The server does not answer, or refuses.</exception>
    public void Store(IReadOnlyList<string> files, CancellationToken cancellationToken) => Wait(async () =>
    {
        await _client.Store(files, cancellationToken);
        return files.Count;
    });

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static T Wait<T>(Func<Task<T>> run)
    {
        try
        {
            return run().GetAwaiter().GetResult();
        }
        catch (HttpRequestException fault)
        {
            throw new IOException($"The DICOMweb server cannot be used: {fault.Message}", fault);
        }
    }
}
