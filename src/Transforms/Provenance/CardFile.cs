using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.MedicalSegmentation.Provenance;

/// <summary>The card of a model zip with the digests of all its other parts.</summary>
/// <param name="Format">Version of this form.</param>
/// <param name="Card">The card.</param>
/// <param name="Parts">SHA-256 of every other part of the zip by its name, in hexadecimal.</param>
internal sealed record CardFile(int Format, ModelCard Card, IReadOnlyDictionary<string, string> Parts)
{
    /// <summary>Name of the card's part.</summary>
    public const string EntryName = "medseg/card.json";

    /// <summary>Name of the signature's part.</summary>
    public const string SignatureName = "medseg/card.sig";

    private const int CurrentFormat = 1;
    private const long LargestEntry = 64L << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 64,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Adds a card to a zip.</summary>
    /// <param name="zip">A zip without a card; readable, writable.</param>
    /// <param name="card">The card.</param>
    /// <param name="key">Signs the card; null leaves it unsigned.</param>
    public static void Write(Stream zip, ModelCard card, ECDsa? key)
    {
        Dictionary<string, string> parts;
        zip.Position = 0;
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true))
        {
            parts = DigestsOf(archive);
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(new CardFile(CurrentFormat, card, parts), Json);
        zip.Position = 0;
        using var added = new ZipArchive(zip, ZipArchiveMode.Update, leaveOpen: true);
        Add(added, EntryName, bytes);
        if (key is not null)
        {
            Add(added, SignatureName, CardSignature.Write(bytes, key));
        }
    }

    /// <summary>Reads and checks the card of a zip; null if it has none.</summary>
    /// <param name="archive">The zip.</param>
    /// <param name="trusted">The key that must have signed the card; null asks for no signature.</param>
    /// <exception cref="InputDataException">The card does not fit the zip, is damaged, or is not signed by the key.</exception>
    public static ModelCard? Read(ZipArchive archive, ECDsa? trusted)
    {
        var bytes = Bytes(archive, EntryName);
        var signature = Bytes(archive, SignatureName);
        if (trusted is not null)
        {
            CardSignature.Require(bytes, signature, trusted);
        }

        if (bytes is null)
        {
            return signature is null ? null : throw new InputDataException("it has the signature of a model card, but no card");
        }

        var file = Parse(bytes);
        var parts = DigestsOf(archive);
        foreach (var (name, digest) in parts)
        {
            if (file.Parts.GetValueOrDefault(name) != digest)
            {
                throw new InputDataException(
                    $"its model card is not of this model: the part '{name}' "
                        + $"{(file.Parts.ContainsKey(name) ? "has other contents" : "is not in the card")}"
                );
            }
        }

        return file.Parts.Count == parts.Count
            ? file.Card
            : throw new InputDataException(
                $"its model card is not of this model: the part '{file.Parts.Keys.First(name => !parts.ContainsKey(name))}' is missing"
            );
    }

    private static CardFile Parse(byte[] bytes)
    {
        try
        {
            var file = JsonSerializer.Deserialize<CardFile>(bytes, Json) ?? throw new JsonException("It is null.");
            return file.Format == CurrentFormat
                ? file
                : throw new InputDataException(
                    $"its model card has format {file.Format}; this version of the library reads {CurrentFormat}"
                );
        }
        catch (JsonException fault)
        {
            throw new InputDataException($"its model card cannot be read: {fault.Message}", fault);
        }
    }

    private static Dictionary<string, string> DigestsOf(ZipArchive archive)
    {
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries.Where(entry => entry.FullName is not (EntryName or SignatureName)))
        {
            using var content = entry.Open();
            if (!digests.TryAdd(entry.FullName, Convert.ToHexStringLower(SHA256.HashData(content))))
            {
                throw new InputDataException($"it has two parts of the name '{entry.FullName}'");
            }
        }

        return digests;
    }

    private static byte[]? Bytes(ZipArchive archive, string name)
    {
        if (archive.GetEntry(name) is not { } entry)
        {
            return null;
        }

        if (entry.Length > LargestEntry)
        {
            throw new InputDataException($"its part '{name}' has {entry.Length:N0} bytes; at most {LargestEntry:N0} are read");
        }

        var bytes = new byte[entry.Length];
        using var content = entry.Open();
        content.ReadExactly(bytes);
        return bytes;
    }

    private static void Add(ZipArchive archive, string name, byte[] bytes)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Optimal);

        // As ML.NET's own parts: the same model gives the same card.
        using var content = entry.Open();
        content.Write(bytes);
    }
}
