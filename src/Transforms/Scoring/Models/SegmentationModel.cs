using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What is deployed: a network as ONNX bytes, and what one must know to score it.</summary>
public sealed class SegmentationModel
{
    /// <summary>Joins a network and its description.</summary>
    /// <param name="onnx">The ONNX file's bytes; the caller must not change them afterwards.</param>
    /// <param name="info">Its description.</param>
    /// <exception cref="ArgumentException">There are no bytes, or the description is impossible.</exception>
    public SegmentationModel(byte[] onnx, SegmentationModelInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        info.Validate();
        (OnnxArray, Info) = (OnnxBytes.Require(onnx), info);
    }

    /// <summary>Classes, patch, spacing.</summary>
    public SegmentationModelInfo Info { get; }

    /// <summary>The ONNX file's bytes.</summary>
    public ReadOnlyMemory<byte> Onnx => OnnxArray;

    internal byte[] OnnxArray { get; }

    /// <summary>Reads an ONNX file, ours or another's.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="info">The description; left out for a file that describes itself, as those of this library do.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is not a valid ONNX model.</exception>
    /// <exception cref="ArgumentException">
    /// The file does not describe itself and <paramref name="info"/> is missing, or the two contradict each other.
    /// </exception>
    public static SegmentationModel Load(string path, SegmentationModelInfo? info = null) => FromOnnx(OnnxBytes.Read(path), info, path);

    /// <summary>Reads an ONNX model from its bytes.</summary>
    /// <inheritdoc cref="Load(string, SegmentationModelInfo?)"/>
    /// <param name="onnx">The bytes; the caller must not change them afterwards.</param>
    /// <param name="info">The description; left out for a file that describes itself.</param>
    /// <param name="name">What messages call the model.</param>
    public static SegmentationModel FromOnnx(byte[] onnx, SegmentationModelInfo? info = null, string name = "the ONNX model")
    {
        using var session = OnnxSessions.OpenForInspection(onnx);
        var written = ReadInfo(session, name);
        if (info is not null && written is not null)
        {
            var differences = SegmentationModelMetadata.Differences(info, written).ToList();
            if (differences.Count > 0)
            {
                throw new ArgumentException(
                    $"The description contradicts {name}: {string.Join("; ", differences)}. Leave "
                        + "the description out to take the file's own.",
                    nameof(info)
                );
            }
        }

        info ??=
            written
            ?? throw new ArgumentException(
                $"{name} does not describe itself (no metadata {SegmentationModelMetadata.FormatKey}). Pass a "
                    + $"{nameof(SegmentationModelInfo)} with {nameof(SegmentationModelInfo.Classes)} (in the order of the "
                    + $"output channels) and {nameof(SegmentationModelInfo.Patch)} (image channels, depth, height, "
                    + "width), and what else is known of its training.",
                nameof(info)
            );
        info.Validate();
        OnnxSignature.Check(session, info);
        return new SegmentationModel(onnx, info);
    }

    /// <summary>Writes the ONNX file, whole or not at all.</summary>
    public void SaveOnnx(string path) => OnnxBytes.Write(path, OnnxArray);

    private static SegmentationModelInfo? ReadInfo(InferenceSession session, string name)
    {
        try
        {
            return SegmentationModelMetadata.Read(session.ModelMetadata.CustomMetadataMap);
        }
        catch (FormatException e)
        {
            throw new InputDataException($"The description in {name} cannot be read: {e.Message}", e);
        }
    }
}
