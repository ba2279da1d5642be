namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A folder that a test may fill; removed with everything in it when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("medseg-test-").FullName;

    public string Path { get; }

    /// <summary>The path of a file in the folder; its own folder exists afterwards.</summary>
    public string this[string relativePath]
    {
        get
        {
            var path = System.IO.Path.GetFullPath(relativePath, Path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? Path);
            return path;
        }
    }

    /// <summary>Writes a text file and returns its path.</summary>
    public string Write(string relativePath, string text)
    {
        var path = this[relativePath];
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
