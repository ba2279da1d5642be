using System.Security.Cryptography;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Models;

/// <summary>A loaded model. It is freed when it has been replaced and the last volume that it scores has ended.</summary>
internal sealed class ServedModel
{
    /// <summary>The column of doubt that models are asked for.</summary>
    public const string DoubtColumn = "Doubt";

    private readonly Lock _counting = new();
    private int _users;
    private bool _replaced;

    private ServedModel(
        string name,
        MLContext context,
        ITransformer transformer,
        ModelDescription description,
        string digest,
        (DateTime, long) stamp
    ) => (Name, Context, Transformer, Description, Digest, Stamp) = (name, context, transformer, description, digest, stamp);

    public string Name { get; }

    public MLContext Context { get; }

    public ITransformer Transformer { get; }

    public ModelDescription Description { get; }

    /// <summary>Image channels that the model takes.</summary>
    public int Channels => Description.InputChannels ?? 1;

    /// <summary>Key of the network, or where the model came from.</summary>
    public string Network => Description.Segmentation?.Info.Network ?? Description.Planned?.Origin ?? "";

    /// <summary>What the labels are.</summary>
    public IReadOnlyList<LabelClass> Classes => Description.Segmentation?.Info.Classes
        ?? [.. Description.Planned?.Outputs.Select(output => new LabelClass(output.Value, output.Name)).DistinctBy(c => c.Value) ?? []];

    /// <summary>SHA-256 of the zip, in hexadecimal.</summary>
    public string Digest { get; }

    /// <summary>Time and size of the zip when it was loaded.</summary>
    public (DateTime Time, long Length) Stamp { get; }

    public DicomAlgorithm Algorithm => new(Name, Digest[..12]) { Digest = Digest };

    /// <summary>Loads a model.</summary>
    /// <param name="name">What clients call it.</param>
    /// <param name="path">The zip.</param>
    /// <param name="withDoubt">True to get a volume of doubt beside labels.</param>
    public static ServedModel Load(string name, string path, bool withDoubt)
    {
        var stamp = StampOf(path);
        var context = new MLContext { FallbackToCpu = true };
        var medical = context.MedicalSegmentation();
        var transformer = medical.Models.Load(path, new() { DoubtColumnName = withDoubt ? DoubtColumn : null });
        var description = medical.Models.Describe(transformer);
        if (description.InputChannels is null)
        {
            throw new InputDataException($"The model '{name}' has no segmentation network. Give the zip of a segmentation model.");
        }

        using var stream = File.OpenRead(path);
        return new(name, context, transformer, description, Convert.ToHexStringLower(SHA256.HashData(stream)), stamp);
    }

    public static (DateTime, long) StampOf(string path) =>
        new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    /// <summary>Takes the model for one volume; false where it has been replaced.</summary>
    public bool TryTake()
    {
        lock (_counting)
        {
            if (!_replaced)
            {
                _users++;
            }

            return !_replaced;
        }
    }

    /// <summary>Ends the use by one volume.</summary>
    public void Return() => Change(() => _users--);

    /// <summary>Frees the model once nobody uses it.</summary>
    public void Replace() => Change(() => _replaced = true);

    private void Change(Action change)
    {
        lock (_counting)
        {
            change();
            if (!_replaced || _users > 0)
            {
                return;
            }
        }

        (Transformer as IDisposable)?.Dispose();
    }
}
