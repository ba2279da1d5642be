using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;
using Microsoft.ML.MedicalSegmentation.Weights.Safetensors;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights;

/// <summary>
/// The named tensors of a weights file: safetensors, the zip of a pre-trained encoder, a PyTorch checkpoint, or TorchSharp's own format.
/// </summary>
/// <remarks>
/// <para>
/// A file is known by its content, not by its name. Files are not trusted: lengths, offsets, types and sizes are checked before memory is
/// taken, and nothing in a file is ever executed. Of a PyTorch checkpoint (zip format, as torch.save writes since PyTorch 1.6) only
/// tensors, containers, text and numbers are built; anything else is refused by its name.
/// </para>
/// <para>
/// safetensors: https://github.com/huggingface/safetensors. The layout of checkpoints:
/// https://pytorch.org/docs/stable/notes/serialization.html.
/// </para>
/// </remarks>
public sealed class WeightsFile
{
    private const int StartLength = 16;

    internal WeightsFile(
        string source,
        string format,
        IReadOnlyList<WeightTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        Source = source;
        Format = format;
        Tensors = tensors;
        Metadata = metadata ?? new Dictionary<string, string>();
    }

    /// <summary>The file, as the caller gave it.</summary>
    public string Source { get; }

    /// <summary>"safetensors", "PyTorch checkpoint" or "TorchSharp weights".</summary>
    public string Format { get; }

    /// <summary>The tensors, in the file's order; names are distinct.</summary>
    public IReadOnlyList<WeightTensor> Tensors { get; }

    /// <summary>What a safetensors file says about itself; empty for others.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads all tensors of a file.</summary>
    /// <param name="path">A .safetensors, .pth, .pt, .bin or .weights file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">
    /// The file is not a weights file, is damaged, or holds what this library refuses; the message says what and what to do.
    /// </exception>
    public static WeightsFile Read(string path)
    {
        ExistingPath.RequireFile(path, "weights file");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Read(stream, path);
    }

    /// <summary>Reads a PyTorch checkpoint with the plain values that it holds beside its tensors.</summary>
    /// <inheritdoc cref="Read(string)"/>
    internal static (WeightsFile Weights, object? Root) ReadCheckpoint(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            var (weights, root) = CheckpointReader.ReadAll(stream);
            return (new(path, "PyTorch checkpoint", weights), root);
        }
        catch (Exception fault)
            when (fault
                    is InputDataException
                        or InvalidDataException
                        or EndOfStreamException
                        or ArgumentException
                        or NotSupportedException
                        or OverflowException
                        or FormatException
            )
        {
            throw new InputDataException($"{path} cannot be read as a checkpoint: {fault.Message}", fault);
        }
    }

    /// <summary>Reads all tensors of a file that is open.</summary>
    /// <param name="stream">The file from its beginning; it can seek, and stays open.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InputDataException">As for a path.</exception>
    public static WeightsFile Read(Stream stream, string name = "the weights file")
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            Span<byte> start = stackalloc byte[StartLength];
            start = start[..stream.ReadAtLeast(start, StartLength, throwOnEndOfStream: false)];
            stream.Position = 0;
            return IsZip(start) ? ReadZip(stream, name)
                : SafetensorsReader.Recognizes(start) ? ReadSafetensors(stream, name)
                : IsPickle(start) ? throw new InputDataException(
                    "it is a PyTorch checkpoint in the format before PyTorch 1.6. Load it with PyTorch and save it again, "
                    + "`torch.save(torch.load(path, map_location='cpu'), path)`, which writes the zip format.")
                : TorchSharpWeights.Read(stream, name);
        }
        catch (Exception fault)
            when (fault
                    is InputDataException
                        or InvalidDataException
                        or EndOfStreamException
                        or ArgumentException
                        or NotSupportedException
                        or OverflowException
                        or FormatException
            )
        {
            throw new InputDataException($"{name} cannot be read as weights: {fault.Message}", fault);
        }
    }

    /// <summary>Writes a safetensors file, whole or not at all.</summary>
    /// <param name="path">The file, which is replaced where it exists.</param>
    /// <param name="tensors">Tensors with distinct names.</param>
    /// <param name="metadata">What the file says about itself.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or a name is "__metadata__".</exception>
    public static void WriteSafetensors(
        string path,
        IEnumerable<WeightTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var list = tensors.ToList();
        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, list, metadata));
    }

    private static WeightsFile ReadZip(Stream stream, string name) => EncoderFile.TryReadZip(stream) is { } encoder
        ? ReadSafetensors(new MemoryStream(encoder, writable: false), name)
        : new(name, "PyTorch checkpoint", CheckpointReader.Read(stream));

    private static WeightsFile ReadSafetensors(Stream stream, string name)
    {
        var (tensors, metadata) = SafetensorsReader.Read(stream);
        return new(name, "safetensors", tensors, metadata);
    }

    private static bool IsZip(ReadOnlySpan<byte> start) => start.StartsWith("PK\u0003\u0004"u8);

    // PROTO 2 to 5; what follows does not matter, as every pickle that stands alone is refused.
    private static bool IsPickle(ReadOnlySpan<byte> start) => start is [0x80, >= 2 and <= 5, ..];
}
