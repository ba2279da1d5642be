using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Uploads;

/// <summary>Writes the body of a request to a folder as it arrives: one file, or the files of a form.</summary>
internal static class UploadReceiver
{
    private const int LongestBoundary = 256;

    /// <summary>Receives a request's files.</summary>
    /// <exception cref="ServiceFault">There is nothing, too much, or the form is damaged.</exception>
    public static async Task Receive(
        HttpRequest request,
        string folder,
        SegmentationServiceOptions options,
        CancellationToken cancellationToken
    )
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // Without the server's own limit where it would be passed: it answers by closing the connection, we by a problem.
            limit.MaxRequestBodySize = request.ContentLength > options.MaximumUploadBytes ? null : options.MaximumUploadBytes;
        }

        if (request.ContentLength > options.MaximumUploadBytes)
        {
            request.HttpContext.Response.Headers.Connection = "close";
            throw TooLarge(options);
        }

        Directory.CreateDirectory(folder);
        var names = new UploadNames();
        var left = options.MaximumUploadBytes;
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        )
        {
            left -= await Write(request.Body, Path.Combine(folder, names.Next(request.Query["name"])), left, options, cancellationToken)
                .ConfigureAwait(false);
            RequireSome(options.MaximumUploadBytes - left);
            return;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (boundary is not { Length: > 0 and <= LongestBoundary })
        {
            throw new ServiceFault(400, "bad-form", "The form has no boundary, or one of more than 256 characters.");
        }

        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            for (var count = 0; await reader.ReadNextSectionAsync(cancellationToken).ConfigureAwait(false) is { } section; count++)
            {
                if (count == options.MaximumFiles)
                {
                    throw new ServiceFault(
                        413,
                        "too-many-files",
                        $"The form holds more than {options.MaximumFiles} files. Send the study as one zip of fewer files."
                    );
                }

                var name =
                    section.GetContentDispositionHeader()?.FileNameStar.Value ?? section.GetContentDispositionHeader()?.FileName.Value;
                left -= await Write(section.Body, Path.Combine(folder, names.Next(name?.Trim('"'))), left, options, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception fault)
            when (fault is InvalidDataException
                || (fault is IOException and not BadHttpRequestException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw new ServiceFault(400, "bad-form", "The form is damaged or was cut short.");
        }

        RequireSome(options.MaximumUploadBytes - left);
    }

    private static async Task<long> Write(
        Stream source,
        string path,
        long left,
        SegmentationServiceOptions options,
        CancellationToken cancellationToken
    )
    {
        var written = 0L;
        var buffer = new byte[1 << 16];
        var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        await using (target.ConfigureAwait(false))
        {
            for (int count; (count = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                written += count;
                if (written > left)
                {
                    throw TooLarge(options);
                }

                await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }

        return written;
    }

    private static void RequireSome(long bytes)
    {
        if (bytes == 0)
        {
            throw new ServiceFault(
                400,
                "empty-upload",
                "The upload is empty. Send a volume, its channels as the files of a form, or a zipped DICOM study."
            );
        }
    }

    private static ServiceFault TooLarge(SegmentationServiceOptions options)
        => new(413, "upload-too-large", $"The upload is larger than the {options.MaximumUploadBytes} bytes that this service takes.");
}
