namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>Writes files that are whole or absent: to a temporary file beside the target, then renamed over it.</summary>
internal static class AtomicFile
{
    /// <summary>Calls <paramref name="write"/> on a new file and puts it at <paramref name="path"/> when it returns.</summary>
    /// <remarks>
    /// Where writing fails, on a full disk too, the temporary file is removed, a file that was there before stays as it was, and the
    /// first failure reaches the caller.
    /// </remarks>
    public static void Write(string path, Action<Stream> write) => WriteAll([path], streams => write(streams[0]), Create);

    /// <summary>Writes two files that belong together; neither appears before both are whole.</summary>
    public static void WritePair(string headerPath, string dataPath, Action<Stream, Stream> write)
        => WriteAll([dataPath, headerPath], streams => write(streams[1], streams[0]), Create);

    /// <summary>Writes files through streams that <paramref name="create"/> makes at temporary paths.</summary>
    internal static void WriteAll(string[] paths, Action<FileStream[]> write, Func<string, FileStream> create)
    {
        var targets = paths.Select(Path.GetFullPath).ToArray();
        var folder = Path.GetDirectoryName(targets[0]) ?? ".";
        Directory.CreateDirectory(folder);

        // Short names of their own, so that a target may have the longest name that the file system allows.
        var temporaries = targets.Select(target => Path.Combine(Path.GetDirectoryName(target) ?? folder, $".{Guid.NewGuid().ToString("N")[..12]}.tmp")).ToArray();
        var streams = new FileStream[targets.Length];
        try
        {
            for (var i = 0; i < streams.Length; i++)
            {
                streams[i] = create(temporaries[i]);
            }

            write(streams);
            foreach (var stream in streams)
            {
                stream.Flush(flushToDisk: true);
                stream.Dispose();
            }

            for (var i = 0; i < streams.Length; i++)
            {
                File.Move(temporaries[i], targets[i], overwrite: true);
            }
        }
        catch
        {
            foreach (var (stream, temporary) in streams.Zip(temporaries))
            {
                Discard(stream, temporary);
            }

            throw;
        }
    }

    private static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);

    /// <summary>Closes and removes a temporary file. Closing writes what is left in memory and fails as writing did; that is told already.</summary>
    private static void Discard(FileStream? stream, string temporary)
    {
        try
        {
            stream?.Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The handle is closed all the same.
        }

        try
        {
            File.Delete(temporary);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The first failure says what is wrong with the disk.
        }
    }
}
