using System.IO.Compression;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;

/// <summary>Writes PyTorch checkpoints in the zip format that torch.load reads since PyTorch 1.6.</summary>
internal static class CheckpointWriter
{
    /// <summary>Writes a checkpoint.</summary>
    /// <param name="stream">Where to; can seek.</param>
    /// <param name="tensors">The tensors of the weights by name; names that share a tensor share its numbers in the file.</param>
    /// <param name="root">Writes the pickle, given what writes the dictionary of the weights.</param>
    public static void Write(Stream stream, IReadOnlyList<KeyValuePair<string, WeightTensor>> tensors, Action<PickleWriter, Action> root)
    {
        var keys = new Dictionary<WeightTensor, string>(ReferenceEqualityComparer.Instance);
        foreach (var (_, tensor) in tensors)
        {
            keys.TryAdd(tensor, $"{keys.Count}");
        }

        var pickle = new PickleWriter();
        root(
            pickle,
            () =>
                pickle.Dictionary(
                    () =>
                        tensors
                            .ToList()
                            .ForEach(entry => pickle.Entry(entry.Key, () => pickle.Tensor(keys[entry.Value], entry.Value.Shape))),
                    isOrdered: true
                )
        );
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        Add(zip, "data.pkl", pickle.ToBytes());
        Add(zip, "byteorder", "little"u8);
        foreach (var (tensor, key) in keys)
        {
            Add(zip, $"data/{key}", System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(tensor.ToSingle()));
        }

        Add(zip, "version", "3\n"u8);
    }

    // Entries are not compressed, as PyTorch wants.
    private static void Add(ZipArchive zip, string name, ReadOnlySpan<byte> bytes)
    {
        using var entry = zip.CreateEntry($"archive/{name}", CompressionLevel.NoCompression).Open();
        entry.Write(bytes);
    }
}
