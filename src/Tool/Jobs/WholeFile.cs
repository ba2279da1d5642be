namespace MedSeg.Jobs;

/// <summary>Writes files that are whole or absent.</summary>
internal static class WholeFile
{
    /// <summary>Writes beside the target and renames over it; makes the folder if it is missing.</summary>
    public static void Write(string path, string text) => Write(path, temporary => File.WriteAllText(temporary, text));

    /// <inheritdoc cref="Write(string, string)"/>
    public static void Write(string path, ReadOnlyMemory<byte> bytes) => Write(path, temporary =>
    {
        using var stream = File.Create(temporary);
        stream.Write(bytes.Span);
    });

    private static void Write(string path, Action<string> write)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full) ?? ".");
        var temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            write(temporary);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
