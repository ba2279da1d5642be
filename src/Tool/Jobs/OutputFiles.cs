using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace MedSeg.Jobs;

/// <summary>Files that a long command writes at its end, tried before it begins.</summary>
internal static class OutputFiles
{
    /// <summary>Fails if a file cannot be written, or would replace what the command reads.</summary>
    /// <param name="outputs">Paths to write; null entries are passed over.</param>
    /// <param name="inputs">Paths that are read: files, or folders of which nothing may be replaced by name.</param>
    /// <exception cref="InputDataException">An output is an input.</exception>
    /// <exception cref="IOException">An output cannot be written.</exception>
    public static void Require(IEnumerable<string?> outputs, IEnumerable<string?> inputs)
    {
        var read = inputs
            .OfType<string>()
            .Select(RealPath)
            .ToHashSet(OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        foreach (var output in outputs.OfType<string>())
        {
            if (read.Contains(RealPath(output)))
            {
                throw new InputDataException(
                    $"'{output}' is an input of this command and would be replaced. Choose another name for the output."
                );
            }

            RequireWritable(output);
        }
    }

    /// <summary>The full path, links followed: a link to an input is the input.</summary>
    public static string RealPath(string path)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is { } folder && Directory.Exists(folder))
        {
            full = Path.Combine(
                new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder,
                Path.GetFileName(full)
            );
        }

        return File.Exists(full) ? new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full : full;
    }

    private static void RequireWritable(string path)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw new IOException($"'{path}' is a folder; the output is a file. Give a file name.");
        }

        if (File.Exists(full))
        {
            using var existing = AtomicFile.Named(
                path,
                () => new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1)
            );
        }

        TryFolder(Path.GetDirectoryName(full) ?? ".", path);
    }

    /// <summary>Makes a folder and tries to write a file into it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="target">What the fault names if that fails.</param>
    /// <exception cref="IOException">The folder takes no files.</exception>
    public static void TryFolder(string folder, string target)
    {
        AtomicFile.Named(target, () => Directory.CreateDirectory(folder));
        var probe = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        using var tried = AtomicFile.Named(
            target,
            () => new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose)
        );
    }
}
