using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.MedicalSegmentation.Weights;

/// <summary>Checkpoints made by hand, so that tests can make impossible ones too.</summary>
internal static class PickleBytes
{
    /// <summary>A pickle of protocol 2: instructions as text, one byte a letter.</summary>
    public static byte[] Pickle(string instructions) => Encoding.Latin1.GetBytes($"\u0080\u0002{instructions}.");

    /// <summary>{"weight": tensor} with one storage of float32.</summary>
    public static string Tensor(
        long storageCount = 4,
        string offset = "K\0",
        string shape = "K\u0002K\u0002",
        string strides = "K\u0002K\u0001",
        string key = "0"
    ) =>
        $"}}{Text("weight")}ctorch._utils\n_rebuild_tensor_v2\n(({Text("storage")}ctorch\nFloatStorage\n"
        + $"{Text(key)}{Text("cpu")}{Number(storageCount)}tQ{offset}({shape}t({strides}t\u0089ccollections\nOrderedDict\n)RtRs";

    /// <summary>A number as NumPy pickles it.</summary>
    public static string NumPyScalar(string type, string bytes, string module = "numpy.core.multiarray") =>
        $"c{module}\nscalar\ncnumpy\ndtype\n({Text(type)}\u0089\u0088tR(K\u0003{Text("<")}"
        + $"NNNJ\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK\0tbC{(char)bytes.Length}{bytes}\u0086R";

    /// <summary>An instruction that pushes text.</summary>
    public static string Text(string text) => $"X{(char)text.Length}\0\0\0{text}";

    /// <summary>An instruction that pushes a whole number.</summary>
    public static string Number(long number) => $"\u008a\u0008{Encoding.Latin1.GetString(BitConverter.GetBytes(number))}";

    /// <summary>A checkpoint around a pickle.</summary>
    public static byte[] Checkpoint(
        byte[] pickle,
        byte[]? storage = null,
        CompressionLevel compression = CompressionLevel.NoCompression,
        params (string Name, byte[] Bytes)[] further
    )
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (
                var (name, bytes) in new[] { ("archive/data.pkl", pickle), ("archive/data/0", storage ?? new byte[16]) }.Concat(further)
            )
            {
                using var entry = zip.CreateEntry(name, compression).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }
}
