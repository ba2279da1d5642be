using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A classification network as ONNX bytes, and what one must know to score it.</summary>
public sealed class ClassificationModel
{
    /// <summary>Joins a network and its description.</summary>
    /// <param name="onnx">The ONNX file's bytes; the caller must not change them afterwards.</param>
    /// <param name="info">Its description.</param>
    /// <exception cref="ArgumentException">There are no bytes, or the description is impossible.</exception>
    public ClassificationModel(byte[] onnx, ClassificationModelInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        info.Validate();
        (OnnxArray, Info) = (OnnxBytes.Require(onnx), info);
    }

    /// <summary>Classes, size, normalisation.</summary>
    public ClassificationModelInfo Info { get; }

    /// <summary>The ONNX file's bytes: input "image", output "logits" [N, classes].</summary>
    public ReadOnlyMemory<byte> Onnx => OnnxArray;

    internal byte[] OnnxArray { get; }

    /// <summary>Reads an ONNX file of a classifier that this library wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is not a valid ONNX model, or does not describe itself as a classifier.</exception>
    public static ClassificationModel Load(string path)
    {
        var onnx = OnnxBytes.Read(path);
        return new(onnx, ClassificationModelInfo.Metadata.Read(onnx, path));
    }

    /// <summary>Writes the ONNX file, whole or not at all.</summary>
    public void SaveOnnx(string path) => OnnxBytes.Write(path, OnnxArray);
}
