using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Dicomweb;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>Queries, retrieves and stores DICOM objects over HTTP: QIDO-RS, WADO-RS and STOW-RS.</summary>
/// <remarks>
/// Part 18 of the standard, https://dicom.nema.org/medical/dicom/current/output/html/part18.html. Objects are streamed from and to files.
/// What fails for the moment (no connection, 408, 429, 5xx) is tried again up to <see cref="Attempts"/> times; an object that is stored
/// twice has the same identifier and is kept once.
/// </remarks>
public sealed class DicomWebClient
{
    private const string DicomType = "application/dicom";
    private const string JsonType = "application/dicom+json";

    private readonly HttpClient _http;
    private readonly Uri _root;

    /// <summary>Makes a client.</summary>
    /// <param name="http">
    /// Sends the requests; its handler decides about TLS, its default headers about authentication. Belongs to the caller.
    /// </param>
    /// <param name="root">The service root, such as https://pacs/dicom-web.</param>
    /// <exception cref="ArgumentException">The root is not an absolute HTTP address.</exception>
    public DicomWebClient(HttpClient http, Uri root)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(root);
        if (!root.IsAbsoluteUri || root.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The DICOMweb root is '{root}'; it must be an absolute address of http or https.", nameof(root));
        }

        _http = http;
        _root = root.AbsoluteUri.EndsWith('/') ? root : new(root.AbsoluteUri + "/");
    }

    /// <summary>How often a request is tried.</summary>
    /// <value>At least 1. Default 4, with 0.5, 1 and 2 seconds between.</value>
    public int Attempts { get; init; } = 4;

    /// <summary>A bearer token for each request.</summary>
    /// <value>Default null: none.</value>
    public string? BearerToken { get; init; }

    /// <summary>The most bytes that one series may have.</summary>
    /// <value>Default 8 GiB; more ends in an <see cref="InputDataException"/>.</value>
    public long MaximumSeriesBytes { get; init; } = 8L << 30;

    /// <summary>Studies of a time (QIDO-RS).</summary>
    /// <param name="from">The first study date; null for all.</param>
    /// <param name="limit">The most studies, 1 or more.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>Study Instance UIDs.</returns>
    public async Task<IReadOnlyList<string>> FindStudies(DateOnly? from, int limit = 1000, CancellationToken cancellationToken = default)
    {
        var date = from is { } day ? $"&StudyDate={day:yyyyMMdd}-" : "";
        return
        [
            .. (await Query($"studies?limit={limit}{date}", cancellationToken).ConfigureAwait(false))
                .Select(item => item.Text("0020000D"))
                .OfType<string>(),
        ];
    }

    /// <summary>The series of a study (QIDO-RS).</summary>
    /// <param name="study">Study Instance UID.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<IReadOnlyList<DicomWebSeries>> FindSeries(string study, CancellationToken cancellationToken = default) =>
        [
            .. (
                await Query($"studies/{Uid(study)}/series?includefield=0008103E&includefield=00201209", cancellationToken)
                    .ConfigureAwait(false)
            )
                .Where(item => item.Text("0020000E") is not null)
                .Select(item => new DicomWebSeries(
                    study,
                    item.Text("0020000E") ?? "",
                    item.Text("00080060") ?? "",
                    item.Text("0008103E") ?? "",
                    item.Number("00201209")
                )),
        ];

    /// <summary>Writes the objects of a series into a folder (WADO-RS).</summary>
    /// <param name="study">Study Instance UID.</param>
    /// <param name="series">Series Instance UID.</param>
    /// <param name="folder">Made if it is missing; files are numbered.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>How many objects there are.</returns>
    /// <exception cref="HttpRequestException">The server refuses, or fails again and again.</exception>
    /// <exception cref="InputDataException">The answer holds no objects, or too many bytes.</exception>
    public Task<int> Retrieve(string study, string series, string folder, CancellationToken cancellationToken = default)
        => Try(async () =>
        {
            using var request = Request(HttpMethod.Get, $"studies/{Uid(study)}/series/{Uid(series)}");
            request.Headers.TryAddWithoutValidation("Accept", "multipart/related; type=\"application/dicom\"");
            using var answer = await Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var boundary = answer
                .Content.Headers.ContentType?.Parameters.FirstOrDefault(p =>
                    p.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase)
                )
                ?.Value?.Trim('"');
            if (answer.Content.Headers.ContentType?.MediaType != "multipart/related" || boundary is not { Length: > 0 and <= 256 })
            {
                throw new InputDataException(
                    $"The server answered with {answer.Content.Headers.ContentType?.MediaType ?? "nothing"} where objects of "
                        + "multipart/related were expected. Check the DICOMweb root."
                );
            }

            Directory.CreateDirectory(folder);
            var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                return await MultipartFiles
                    .Read(new MultipartReader(boundary, body), folder, MaximumSeriesBytes, cancellationToken)
                    .ConfigureAwait(false);
            }
        }, cancellationToken);

    /// <summary>Stores objects (STOW-RS).</summary>
    /// <param name="files">Paths of DICOM files.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="HttpRequestException">The server refuses an object, or fails again and again.</exception>
    public Task Store(IReadOnlyList<string> files, CancellationToken cancellationToken = default)
        => Try(async () =>
        {
            var streams = new List<Stream>();
            try
            {
                using var content = new MultipartContent("related", $"medseg-{Guid.NewGuid():N}");
                content.Headers.ContentType?.Parameters.Add(new NameValueHeaderValue("type", $"\"{DicomType}\""));
                foreach (var file in files)
                {
                    var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
                    streams.Add(stream);
                    var part = new StreamContent(stream);
                    part.Headers.ContentType = new MediaTypeHeaderValue(DicomType);
                    content.Add(part);
                }

                using var request = Request(HttpMethod.Post, "studies");
                request.Headers.TryAddWithoutValidation("Accept", JsonType);
                request.Content = content;
                using var answer = await Send(request, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
                var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
                if (DicomJson.Parse(text).Any(item => item.Has("00081198")))
                {
                    throw new HttpRequestException(
                        "The server did not store every object (Failed SOP Sequence). Its log says why.",
                        null,
                        HttpStatusCode.Conflict
                    );
                }

                return files.Count;
            }
            finally
            {
                streams.ForEach(stream => stream.Dispose());
            }
        }, cancellationToken);

    private static string Uid(string uid)
        => uid is { Length: > 0 and <= 64 } && uid.All(c => char.IsAsciiDigit(c) || c == '.')
            ? uid
            : throw new ArgumentException("The UID must be digits and dots, at most 64 characters.", nameof(uid));

    private Task<IReadOnlyList<DicomJson>> Query(string address, CancellationToken cancellationToken)
        => Try(async () =>
        {
            using var request = Request(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("Accept", JsonType);
            using var answer = await Send(request, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
            return answer.StatusCode == HttpStatusCode.NoContent
                ? []
                : DicomJson.Parse(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        }, cancellationToken);

    private HttpRequestMessage Request(HttpMethod method, string address)
    {
        var request = new HttpRequestMessage(method, new Uri(_root, address));
        if (BearerToken is not null)
        {
            request.Headers.Authorization = new("Bearer", BearerToken);
        }

        return request;
    }

    private async Task<HttpResponseMessage> Send(
        HttpRequestMessage request,
        HttpCompletionOption completion,
        CancellationToken cancellationToken
    )
    {
        var answer = await _http.SendAsync(request, completion, cancellationToken).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        var status = answer.StatusCode;
        answer.Dispose();
        throw new HttpRequestException(
            $"The DICOMweb server answered {(int)status} ({status}) to {request.Method} {request.RequestUri?.AbsolutePath}.",
            null,
            status
        );
    }

    private async Task<T> Try<T>(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await run().ConfigureAwait(false);
            }
            catch (Exception fault) when (attempt < Attempts && IsTransient(fault) && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.25 * Math.Pow(2, attempt)), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static bool IsTransient(Exception fault) => fault switch
    {
        HttpRequestException { StatusCode: { } status } => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            || (int)status >= 500,
        HttpRequestException or IOException => true,
        _ => false,
    };
}
