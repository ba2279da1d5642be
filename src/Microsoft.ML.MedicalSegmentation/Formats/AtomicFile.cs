namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Writes files that are whole or absent: to a temporary file beside the target, then renamed over it.</summary>
internal static class AtomicFile
{
    /// <summary>Calls <paramref name="write"/> on a new file and puts it at <paramref name="path"/> when it returns.</summary>
    /// <remarks>Where writing fails, the temporary file is removed and a file that was there before stays as it was.</remarks>
    public static void Write(string path, Action<Stream> write) => WriteAll([path], streams => write(streams[0]));

    /// <summary>Writes two files that belong together; neither appears before both are whole.</summary>
    public static void WritePair(string headerPath, string dataPath, Action<Stream, Stream> write)
        => WriteAll([dataPath, headerPath], streams => write(streams[1], streams[0]));

    private static void WriteAll(string[] paths, Action<FileStream[]> write)
    {
        var targets = paths.Select(Path.GetFullPath).ToArray();
        var temporaries = targets.Select(t => $"{t}.{Guid.NewGuid():N}.tmp").ToArray();
        Directory.CreateDirectory(Path.GetDirectoryName(targets[0]) ?? ".");
        var streams = new FileStream[targets.Length];
        try
        {
            for (var i = 0; i < streams.Length; i++)
            {
                streams[i] = new FileStream(temporaries[i], FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
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
                stream?.Dispose();
                File.Delete(temporary);
            }

            throw;
        }
    }
}
