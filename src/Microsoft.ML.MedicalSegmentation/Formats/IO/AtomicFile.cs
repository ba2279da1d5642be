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

    /// <summary>Writes files that belong together, until a token ends it; none appears before all are whole.</summary>
    public static void Write(string[] paths, Action<Stream[]> write, CancellationToken cancellationToken = default)
        => WriteAll(paths, streams => write(Array.ConvertAll(streams, stream => Until(stream, cancellationToken))), Create);

    /// <summary>Makes files that belong together in memory, and writes them asynchronously; they are whole or absent.</summary>
    public static async Task WriteAsync(string[] paths, Action<Stream[]> write, CancellationToken cancellationToken)
    {
        var contents = paths.Select(_ => new BlockStream()).ToArray();
        write(Array.ConvertAll(contents, content => Until(content, cancellationToken)));
        var targets = paths.Select(Path.GetFullPath).ToArray();
        var temporaries = targets.Select(TemporaryBeside).ToArray();
        try
        {
            foreach (var (content, temporary, target) in contents.Zip(temporaries, targets))
            {
                Named(target, () => Directory.CreateDirectory(Path.GetDirectoryName(temporary) ?? "."));
                var file = Named(
                    target,
                    () => new FileStream(
                        temporary,
                        FileMode.CreateNew,
                        FileAccess.Write,
                        FileShare.None,
                        bufferSize: 1,
                        FileOptions.Asynchronous
                    )
                );
                await using (file.ConfigureAwait(false))
                {
                    foreach (var block in content.Blocks)
                    {
                        await file.WriteAsync(block, cancellationToken).ConfigureAwait(false);
                    }

                    file.Flush(flushToDisk: true);
                }
            }

            foreach (var (temporary, target) in temporaries.Zip(targets))
            {
                File.Move(temporary, target, overwrite: true);
            }
        }
        catch
        {
            foreach (var temporary in temporaries)
            {
                Discard(null, temporary);
            }

            throw;
        }
    }

    private static Stream Until(Stream stream, CancellationToken cancellationToken)
        => cancellationToken.CanBeCanceled ? new UndisposedStream(stream, cancellationToken) : stream;

    // A short name of its own, so that a target may have the longest name that the file system allows.
    private static string TemporaryBeside(string target) =>
        Path.Combine(Path.GetDirectoryName(target) ?? ".", $".{Guid.NewGuid().ToString("N")[..12]}.tmp");

    /// <summary>Writes files through streams that <paramref name="create"/> makes at temporary paths.</summary>
    internal static void WriteAll(string[] paths, Action<FileStream[]> write, Func<string, FileStream> create)
    {
        var targets = paths.Select(Path.GetFullPath).ToArray();
        var folder = Path.GetDirectoryName(targets[0]) ?? ".";
        Named(targets[0], () => Directory.CreateDirectory(folder));

        var temporaries = targets.Select(TemporaryBeside).ToArray();
        var streams = new FileStream[targets.Length];
        try
        {
            for (var i = 0; i < streams.Length; i++)
            {
                streams[i] = Named(targets[i], () => create(temporaries[i]));
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

    /// <summary>Makes a file or folder for <paramref name="target"/>; where the system refuses, the fault names that.</summary>
    /// <remarks>The system names the temporary file, which means nothing to a user.</remarks>
    internal static T Named<T>(string target, Func<T> create)
    {
        var message =
            $"'{target}' cannot be written: its folder is missing, is no folder, is full, or takes no new files. Choose another "
            + "path, or ask for permission to write there.";
        try
        {
            return create();
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new UnauthorizedAccessException(message, fault);
        }
        catch (IOException fault)
        {
            throw new IOException(message, fault);
        }
    }

    private static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);

    /// <summary>
    /// Closes and removes a temporary file. Closing writes what is left in memory and fails as writing did; that is told already.
    /// </summary>
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
