using System.IO.Compression;
using System.Text;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;

/// <summary>
/// Reads the weights of a PyTorch checkpoint: a zip with a pickle (data.pkl) and the numbers of each storage (data/0, data/1, ...).
/// </summary>
/// <remarks>
/// torch.save stores without compression, so the parts together are no longer than the file; where they are, the zip is refused before
/// anything is unpacked. Only the storages of the weights are read, each once.
/// </remarks>
internal static class CheckpointReader
{
    private const int LongestPickle = 64 << 20;

    public static IReadOnlyList<WeightTensor> Read(Stream stream) => ReadAll(stream).Weights;

    /// <summary>The weights, and all that the pickle holds.</summary>
    public static (IReadOnlyList<WeightTensor> Weights, object? Root) ReadAll(Stream stream)
    {
        using var zip = new StoredZip(stream);
        var entries = zip.Entries;
        RequireNoProgram(entries.Keys);
        zip.RequireNoBomb();
        var pickle = FindPickle(entries);
        var folder = pickle.FullName[..^"data.pkl".Length];
        RequireLittleEndian(entries.GetValueOrDefault($"{folder}byteorder"));
        if (pickle.Length > LongestPickle)
        {
            throw new InputDataException($"its data.pkl has {pickle.Length} bytes; at most {LongestPickle} are read.");
        }

        var root = Unpickler.Read(StoredZip.Bytes(pickle));
        var weights = StateDictionary.Find(root);
        var storages = new Dictionary<string, byte[]>();
        WeightTensor[] tensors = [.. weights.Select(weight =>
        {
            var (storage, tensor) = (weight.Tensor.Storage, weight.Tensor);
            if (!storages.TryGetValue(storage.Key, out var bytes))
            {
                storages.Add(storage.Key, bytes = StoredZip.Bytes(FindStorage(entries, folder, storage)));
            }

            RequireLength(storage, bytes.Length);
            return new WeightTensor(weight.Name, storage.Type, tensor.Shape, bytes, tensor.Offset, tensor.Strides);
        })];
        return (tensors, root);
    }

    private static void RequireNoProgram(IEnumerable<string> keys)
    {
        if (keys.Any(key => key.EndsWith("/constants.pkl", StringComparison.Ordinal) || key.Contains("/code/", StringComparison.Ordinal)))
        {
            throw new InputDataException(
                "it is a TorchScript program, not a file of weights. Take its weights with PyTorch: "
                    + "`torch.save(torch.jit.load(path, 'cpu').state_dict(), other)`."
            );
        }
    }

    private static ZipArchiveEntry FindPickle(IReadOnlyDictionary<string, ZipArchiveEntry> entries)
    {
        var pickles = entries.Values.Where(entry => entry.FullName.Count('/') <= 1 && entry.Name == "data.pkl").ToList();
        return pickles.Count == 1
            ? pickles[0]
            : throw new InputDataException(
                $"it is a zip, but no PyTorch checkpoint: it holds {pickles.Count} files data.pkl instead of one."
            );
    }

    private static void RequireLittleEndian(ZipArchiveEntry? order)
    {
        if (order is { Length: < 16 } && Encoding.ASCII.GetString(StoredZip.Bytes(order)) is var text && text != "little")
        {
            throw new InputDataException($"its numbers are stored '{text}'-endian; little is read. Save it on another machine.");
        }
    }

    private static ZipArchiveEntry FindStorage(IReadOnlyDictionary<string, ZipArchiveEntry> entries, string folder, PickleStorage storage)
    {
        var entry = entries.GetValueOrDefault($"{folder}data/{storage.Key}")
            ?? throw new InputDataException("a tensor's numbers are missing from it. It is damaged; copy it again.");
        RequireLength(storage, entry.Length);
        return entry;
    }

    private static void RequireLength(PickleStorage storage, long length)
    {
        if (length > Array.MaxLength || (Int128)storage.Count * WeightTypes.SizeOf(storage.Type) != length)
        {
            throw new InputDataException(
                $"a storage shall hold {storage.Count} numbers of type {storage.Type}, but has {length} bytes (at most "
                    + $"{Array.MaxLength} are read)."
            );
        }
    }
}
