namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>Asynchronous reading needs bytes of a file that are not in memory yet; never reaches a caller.</summary>
/// <param name="path">The file.</param>
internal sealed class NotBufferedException(string path) : Exception($"'{path}' is not in memory.")
{
    /// <summary>The file.</summary>
    public string Path => path;
}
