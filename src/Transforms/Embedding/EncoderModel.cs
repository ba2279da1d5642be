using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A pre-trained encoder: a network as ONNX bytes, and what one must know to run it.</summary>
public sealed class EncoderModel
{
    /// <summary>Joins a network and its description.</summary>
    /// <param name="onnx">The ONNX file's bytes; the caller must not change them afterwards.</param>
    /// <param name="info">Its description.</param>
    /// <exception cref="ArgumentException">There are no bytes, or the description is impossible.</exception>
    public EncoderModel(byte[] onnx, EncoderModelInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        info.Validate();
        (OnnxArray, Info) = (OnnxBytes.Require(onnx), info);
    }

    /// <summary>Patch, channels, length of the embedding.</summary>
    public EncoderModelInfo Info { get; }

    /// <summary>The ONNX file's bytes: input "image" [N, C, D, H, W] (2D: [N, C, H, W]), output [N, features].</summary>
    public ReadOnlyMemory<byte> Onnx => OnnxArray;

    internal byte[] OnnxArray { get; }

    /// <summary>Reads an ONNX file of an encoder that this library wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is not a valid ONNX model, or does not describe itself as an encoder.</exception>
    public static EncoderModel Load(string path)
    {
        var onnx = OnnxBytes.Read(path);
        return new(onnx, EncoderModelInfo.Metadata.Read(onnx, path));
    }

    /// <summary>Writes the ONNX file, whole or not at all.</summary>
    /// <param name="path">The file, which is replaced where it exists.</param>
    public void SaveOnnx(string path) => OnnxBytes.Write(path, OnnxArray);
}
