using Microsoft.ML.MedicalSegmentation.Embedding;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A pre-trained encoder: a network as ONNX bytes, and what one must know to run it.</summary>
public sealed class EncoderModel
{
    private readonly byte[] _onnx;

    /// <summary>Joins a network and its description.</summary>
    /// <param name="onnx">The ONNX file's bytes; the caller must not change them afterwards.</param>
    /// <param name="info">Its description.</param>
    /// <exception cref="ArgumentException">There are no bytes, or the description is impossible.</exception>
    public EncoderModel(byte[] onnx, EncoderModelInfo info)
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

    /// <summary>Patch, channels, length of the embedding.</summary>
    public EncoderModelInfo Info { get; }

    /// <summary>The ONNX file's bytes: input "image" [N, C, D, H, W] (2D: [N, C, H, W]), output [N, features].</summary>
    public ReadOnlyMemory<byte> Onnx => _onnx;

    internal byte[] OnnxArray => _onnx;

    /// <summary>Reads an ONNX file of an encoder that this library wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is not a valid ONNX model, or does not describe itself as an encoder.</exception>
    public static EncoderModel Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no ONNX model '{path}'. Give the path of a .onnx file.", path);
        }

        var onnx = File.ReadAllBytes(path);
        using var session = OnnxSessions.OpenForInspection(onnx);
        return new(
            onnx,
            EncoderModelMetadata.Read(session.ModelMetadata.CustomMetadataMap)
                ?? throw new InputDataException($"{path} has no metadata {EncoderModelMetadata.Key}, so it is no encoder of this library.")
        );
    }

    /// <summary>Writes the ONNX file, whole or not at all.</summary>
    /// <param name="path">The file, which is replaced where it exists.</param>
    public void SaveOnnx(string path) => AtomicFile.Write(path, stream => stream.Write(_onnx));
}
