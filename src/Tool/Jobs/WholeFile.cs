using System.Text;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace MedSeg.Jobs;

/// <summary>Writes files that are whole or absent.</summary>
internal static class WholeFile
{
    /// <summary>Writes beside the target and renames over it; makes the folder if it is missing.</summary>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Write(string, string)"/>
    public static void Write(string path, ReadOnlyMemory<byte> bytes) => AtomicFile.Write(path, stream => stream.Write(bytes.Span));
}
