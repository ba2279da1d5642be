using System.IO.Compression;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Model zips on disk: written whole or not at all, checked before they are believed.</summary>
internal static class ModelFile
{
    private const string Remedy = "Copy it again from where it was saved, or train and save it again.";

    public static void Save(MLContext context, ITransformer model, DataViewSchema? inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, stream => context.Model.Save(model, inputSchema, stream));
    }

    public static ITransformer Load(MLContext context, string path, out DataViewSchema? inputSchema)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no model '{path}'. Check the path; relative ones start at '{Directory.GetCurrentDirectory()}'.", path);
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Verify(stream, path);
        stream.Position = 0;
        try
        {
            return context.Model.Load(stream, out inputSchema);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // ML.NET reports what it cannot load by many types of exceptions; here the file is known to be to blame.
            throw new InvalidDataException(
                $"{path}: ML.NET cannot load this model ({fault.Message}). It is damaged, was written by a later version, or needs an assembly that is not beside this application. {Remedy}", fault);
        }
    }

    // .NET's own zip reader does not compare what it unpacks with the stored checksums.
    private static void Verify(Stream stream, string path)
    {
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            var buffer = new byte[1 << 16];
            foreach (var entry in zip.Entries)
            {
                using var content = entry.Open();
                var (checksum, length) = (0u, 0L);
                for (int count; (count = content.Read(buffer)) > 0; length += count)
                {
                    checksum = Crc32.Append(checksum, buffer.AsSpan(0, count));
                    if (length > entry.Length)
                    {
                        break;
                    }
                }

                if (length != entry.Length || checksum != entry.Crc32)
                {
                    throw new InvalidDataException($"its part '{entry.FullName}' does not match its checksum");
                }
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException(
                $"{path} is no whole model zip: {fault.Message.TrimEnd('.')}. The file was changed or cut short, or is no model. {Remedy}", fault);
        }
    }
}
