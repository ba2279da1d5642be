namespace MedSeg.Jobs;

/// <summary>Writes text files that are whole or absent.</summary>
internal static class WholeFile
{
    /// <summary>Writes beside the target and renames over it; makes the folder if it is missing.</summary>
    public static void Write(string path, string text)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full) ?? ".");
        var temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllText(temporary, text);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
