using Microsoft.AspNetCore.WebUtilities;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Dicomweb;

/// <summary>Writes the parts of an answer to numbered files as they arrive.</summary>
internal static class MultipartFiles
{
    private const int MostParts = 100_000;

    /// <returns>How many parts there are.</returns>
    public static async Task<int> Read(MultipartReader reader, string folder, long mostBytes, CancellationToken cancellationToken)
    {
        var (count, bytes) = (0, 0L);
        var buffer = new byte[1 << 16];
        while (await reader.ReadNextSectionAsync(cancellationToken).ConfigureAwait(false) is { } section)
        {
            var file = new FileStream(
                Path.Combine(folder, $"{count++:00000}.dcm"),
                FileMode.Create,
                FileAccess.Write,
                FileShare.None,
                1 << 16,
                useAsync: true
            );
            await using (file.ConfigureAwait(false))
            {
                for (int read; (read = await section.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
                {
                    bytes += read;
                    if (bytes > mostBytes || count > MostParts)
                    {
                        throw new InputDataException(
                            $"The series has more than {mostBytes} bytes or {MostParts} objects, which is refused."
                        );
                    }

                    await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return count;
    }
}
