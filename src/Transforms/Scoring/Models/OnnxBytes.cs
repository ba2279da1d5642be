using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>An ONNX file in memory, as models hold it.</summary>
internal static class OnnxBytes
{
    /// <summary>Fails for a file without bytes.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static byte[] Require(byte[] onnx)
    {
        ArgumentNullException.ThrowIfNull(onnx);
        return onnx.Length > 0 ? onnx : throw new ArgumentException("The ONNX model is empty.", nameof(onnx));
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static byte[] Read(string path) =>
        File.Exists(path)
            ? File.ReadAllBytes(path)
            : throw new FileNotFoundException($"There is no ONNX model '{path}'. Give the path of a .onnx file.", path);

    /// <summary>Writes a file, whole or not at all.</summary>
    public static void Write(string path, byte[] onnx) => AtomicFile.Write(path, stream => stream.Write(onnx));
}
