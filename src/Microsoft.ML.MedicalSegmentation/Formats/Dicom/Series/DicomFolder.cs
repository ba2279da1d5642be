namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Finds and reads the DICOM files of a folder.</summary>
internal static class DicomFolder
{
    private const int StartLength = 132;

    /// <summary>True where a file of the folder is a DICOM file.</summary>
    public static bool HasDicom(string folder) => Directory.EnumerateFiles(folder).Any(path => IsDicom(path));

    /// <summary>Reads the attributes of every DICOM file that has pixels.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="recursive">Whether folders within it count.</param>
    /// <param name="threads">How many files may be read at once.</param>
    /// <param name="others">How many files are no DICOM files, or have no pixels.</param>
    public static IReadOnlyList<DicomFile> Read(string folder, bool recursive, int threads, out int others)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = recursive, IgnoreInaccessible = false, MaxRecursionDepth = 64 };
        var paths = Directory.EnumerateFiles(folder, "*", options).Order(StringComparer.Ordinal).ToList();
        var files = Read([.. paths.Where(IsDicom)], threads);
        var images = files.Where(f => f.PixelData is not null).ToList();
        others = paths.Count - images.Count;
        return images;
    }

    /// <summary>Reads the attributes of files.</summary>
    public static IReadOnlyList<DicomFile> Read(IReadOnlyList<string> paths, int threads)
    {
        var files = new DicomFile[paths.Count];
        try
        {
            Parallel.For(0, paths.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => files[i] = DicomFile.Read(VolumeSource.FromPath(paths[i])));
        }
        catch (AggregateException faults) when (faults.InnerExceptions.OfType<VolumeFormatException>().FirstOrDefault() is { } fault)
        {
            throw fault;
        }

        return files;
    }

    private static bool IsDicom(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        Span<byte> start = stackalloc byte[StartLength];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (length > 2 && start[0] == 0x1F && start[1] == 0x8B)
        {
            stream.Position = 0;
            try
            {
                using var unpacked = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Decompress);
                length = unpacked.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            }
            catch (InvalidDataException)
            {
                // A damaged gzip file may be anything; it is not ours to judge.
                return false;
            }
        }

        return DicomFile.Recognise(start[..length]);
    }
}
