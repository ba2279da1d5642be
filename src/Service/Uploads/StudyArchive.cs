using System.IO.Compression;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Uploads;

/// <summary>Unpacks a zipped study. Sizes are counted while unpacking, as those in the zip may lie; names never become paths.</summary>
internal static class StudyArchive
{
    // Real images pack to a tenth at best.
    private const int MostRatio = 100;
    private const long UnsuspiciousBytes = 64L << 20;

    public static bool IsZip(string path)
    {
        using var stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[4];
        return stream.ReadAtLeast(start, 4, throwOnEndOfStream: false) == 4 && start.SequenceEqual("PK\x03\x04"u8);
    }

    /// <summary>Unpacks into a folder, which is made.</summary>
    /// <exception cref="ServiceFault">The zip is damaged, holds too much, or another zip.</exception>
    public static void Unpack(string path, string folder, SegmentationServiceOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var names = new UploadNames();
        var packed = new FileInfo(path).Length;
        var unpacked = 0L;
        var buffer = new byte[1 << 16];
        try
        {
            using var zip = ZipFile.OpenRead(path);
            if (zip.Entries.Count > options.MaximumFiles)
            {
                throw new ServiceFault(
                    413,
                    "too-many-files",
                    $"The zip holds {zip.Entries.Count} entries; {options.MaximumFiles} are allowed."
                );
            }

            foreach (var entry in zip.Entries.Where(entry => entry.Name.Length > 0))
            {
                using var source = entry.Open();
                using var target = new FileStream(
                    Path.Combine(folder, names.Next(entry.Name)),
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.None,
                    1 << 16
                );
                for (int count; (count = source.Read(buffer)) > 0;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    unpacked += count;
                    if (unpacked > options.MaximumUnpackedBytes || (unpacked > UnsuspiciousBytes && unpacked / MostRatio > packed))
                    {
                        throw new ServiceFault(
                            413,
                            "zip-too-large",
                            $"The zip of {packed} bytes unpacks to more than "
                                + $"{Math.Min(options.MaximumUnpackedBytes, Math.Max(UnsuspiciousBytes, packed * MostRatio))}"
                                + " bytes, which is refused."
                        );
                    }

                    target.Write(buffer, 0, count);
                }
            }
        }
        catch (InvalidDataException)
        {
            throw new ServiceFault(422, "unreadable-upload", "The zip is damaged. Pack the study again.");
        }
    }
}
