using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A trained generator: a network as ONNX bytes, and what one must know to run it.</summary>
public sealed class SynthesisModel
{
    private readonly byte[] _onnx;

    /// <summary>Joins a network and its description.</summary>
    /// <param name="onnx">The ONNX file's bytes; the caller must not change them afterwards.</param>
    /// <param name="info">Its description.</param>
    /// <exception cref="ArgumentException">There are no bytes, or the description is impossible.</exception>
    public SynthesisModel(byte[] onnx, SynthesisModelInfo info)
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

    /// <summary>Channels, patch, spacing.</summary>
    public SynthesisModelInfo Info { get; }

    /// <summary>The ONNX file's bytes.</summary>
    public ReadOnlyMemory<byte> Onnx => _onnx;

    internal byte[] OnnxArray => _onnx;

    /// <summary>Writes the ONNX file, whole or not at all.</summary>
    /// <param name="path">The file, which is replaced where it exists.</param>
    public void SaveOnnx(string path) => AtomicFile.Write(path, stream => stream.Write(_onnx));
}
