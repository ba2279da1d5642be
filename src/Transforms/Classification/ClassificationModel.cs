using Microsoft.ML.MedicalSegmentation.Classification;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A classification network as ONNX bytes, and what one must know to score it.</summary>
public sealed class ClassificationModel
{
    private readonly byte[] _onnx;

    /// <summary>Joins a network and its description.</summary>
    /// <param name="onnx">The ONNX file's bytes; the caller must not change them afterwards.</param>
    /// <param name="info">Its description.</param>
    /// <exception cref="ArgumentException">There are no bytes, or the description is impossible.</exception>
    public ClassificationModel(byte[] onnx, ClassificationModelInfo info)
    {
        ArgumentNullException.ThrowIfNull(onnx);
        ArgumentNullException.ThrowIfNull(info);
        if (onnx.Length == 0)
        {
            throw new ArgumentException("The ONNX model is empty.", nameof(onnx));
        }

        info.Validate();
        _onnx = onnx;
        Info = info;
    }

    /// <summary>Classes, size, normalisation.</summary>
    public ClassificationModelInfo Info { get; }

    /// <summary>The ONNX file's bytes: input "image", output "logits" [N, classes].</summary>
    public ReadOnlyMemory<byte> Onnx => _onnx;

    internal byte[] OnnxArray => _onnx;

    /// <summary>Reads an ONNX file of a classifier that this library wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is not a valid ONNX model, or does not describe itself as a classifier.</exception>
    public static ClassificationModel Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no ONNX model '{path}'. Give the path of a .onnx file.", path);
        }

        var onnx = File.ReadAllBytes(path);
        using var session = OnnxSessions.OpenForInspection(onnx);
        return new(
            onnx,
            ClassificationMetadata.Read(session.ModelMetadata.CustomMetadataMap)
                ?? throw new InputDataException(
                    $"{path} has no metadata {ClassificationMetadata.Key}, so it is no classifier of this library."
                )
        );
    }

    /// <summary>Writes the ONNX file, whole or not at all.</summary>
    public void SaveOnnx(string path) => AtomicFile.Write(path, stream => stream.Write(_onnx));
}
