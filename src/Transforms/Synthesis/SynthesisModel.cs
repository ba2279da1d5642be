using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A trained generator: a network as ONNX bytes, and what one must know to run it.</summary>
public sealed class SynthesisModel
{
    /// <summary>Joins a network and its description.</summary>
    /// <param name="onnx">The ONNX file's bytes; the caller must not change them afterwards.</param>
    /// <param name="info">Its description.</param>
    /// <exception cref="ArgumentException">There are no bytes, or the description is impossible.</exception>
    public SynthesisModel(byte[] onnx, SynthesisModelInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        info.Validate();
        (OnnxArray, Info) = (OnnxBytes.Require(onnx), info);
    }

    /// <summary>Channels, patch, spacing.</summary>
    public SynthesisModelInfo Info { get; }

    /// <summary>The ONNX file's bytes.</summary>
    public ReadOnlyMemory<byte> Onnx => OnnxArray;

    internal byte[] OnnxArray { get; }

    /// <summary>Writes the ONNX file, whole or not at all.</summary>
    /// <param name="path">The file, which is replaced where it exists.</param>
    public void SaveOnnx(string path) => OnnxBytes.Write(path, OnnxArray);
}
