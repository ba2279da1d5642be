using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Series;

/// <summary>Finds and reads the DICOM files of a folder.</summary>
internal static class DicomFolder
{
    private const int StartLength = 132;

    /// <summary>True if a file of the folder is a DICOM file.</summary>
    public static bool HasDicom(string folder, VolumeReadOptions options) =>
        Directory.EnumerateFiles(folder).Any(path => IsDicom(path, options));

    /// <summary>Reads into memory what may be DICOM files of a folder.</summary>
    public static async Task Load(string folder, FileBuffers buffers, CancellationToken cancellationToken)
    {
        var options = VolumeReadOptions.Default with { Buffers = buffers };
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            await buffers.Load(path, whole: false, cancellationToken).ConfigureAwait(false);
            if (IsDicom(path, options))
            {
                await buffers.Load(path, whole: true, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads the attributes of every DICOM file that has pixels.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="recursive">Whether folders within it count.</param>
    /// <param name="options">How to read, and how many files at once.</param>
    /// <param name="others">How many files are not DICOM files, or have no pixels.</param>
    public static IReadOnlyList<DicomFile> Read(string folder, bool recursive, VolumeReadOptions options, out int others)
    {
        var enumeration = new EnumerationOptions { RecurseSubdirectories = recursive, IgnoreInaccessible = false, MaxRecursionDepth = 64 };
        var paths = Directory.EnumerateFiles(folder, "*", enumeration).Order(StringComparer.Ordinal).ToList();
        var files = Read([.. paths.Where(path => IsDicom(path, options))], options);
        var images = files.Where(f => f.PixelData is not null).ToList();
        others = paths.Count - images.Count;
        return images;
    }

    /// <summary>Reads the attributes of files.</summary>
    public static IReadOnlyList<DicomFile> Read(IReadOnlyList<string> paths, VolumeReadOptions options)
    {
        var files = new DicomFile[paths.Count];
        ParallelReading.For(
            paths.Count,
            options.MaximumThreads,
            i => files[i] = DicomFile.Read(VolumeSource.FromPath(paths[i], options)),
            options.CancellationToken
        );
        return files;
    }

    private static bool IsDicom(string path, VolumeReadOptions options)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        using var stream =
            options.Buffers?.Open(path) ?? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        Span<byte> start = stackalloc byte[StartLength];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        try
        {
            if (VoxelCompression.OfFile(start[..length], path) is { Unpack: { } unpack })
            {
                stream.Position = 0;
                using var unpacked = unpack(stream);
                length = unpacked.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            }
        }
        catch (Exception fault) when (fault is VolumeFormatException || VoxelCompression.IsDamage(fault))
        {
            // A damaged or packed file may be anything; it is not ours to judge.
            return false;
        }

        return DicomFile.Recognise(start[..length]);
    }
}
