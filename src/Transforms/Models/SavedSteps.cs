using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Models;

/// <summary>The transforms of a model by their states, in a part of the zip of its own.</summary>
/// <remarks>
/// ML.NET's own parts say the same. Reading those compiles much of ML.NET, which takes longer than all weights of a large model; so a model
/// that consists of this library's transforms alone is made of this part. Weights stand in ML.NET's parts only.
/// </remarks>
/// <param name="IsChain">Whether the model is a chain of these transforms; otherwise it is the only one.</param>
/// <param name="States">The texts of <see cref="SavedState"/>, in order.</param>
internal sealed record SavedSteps(bool IsChain, IReadOnlyList<string> States)
{
    /// <summary>Name of the part.</summary>
    public const string EntryName = "medseg/steps.json";

    private const int CurrentFormat = 1;
    private const long LargestEntry = 64L << 20;

    /// <summary>The steps of a model; null if it holds other transformers than this library's, or chains in a chain.</summary>
    public static SavedSteps? Of(ITransformer model)
    {
        ITransformer[] links = model is IEnumerable<ITransformer> chain ? [.. chain] : [model];
        VolumeTransformer[] own = [.. links.OfType<VolumeTransformer>()];
        return own.Length > 0 && own.Length == links.Length
            ? new(model is IEnumerable<ITransformer>, [.. own.Select(transformer => transformer.ToStateText())])
            : null;
    }

    /// <summary>Reads the part of a zip; null if it has none, or one of another version.</summary>
    /// <exception cref="InputDataException">The part is damaged.</exception>
    public static SavedSteps? Read(Stream zip)
    {
        zip.Position = 0;
        using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
        if (archive.GetEntry(EntryName) is not { Length: <= LargestEntry } entry)
        {
            return null;
        }

        var bytes = new byte[entry.Length];
        using (var content = entry.Open())
        {
            content.ReadExactly(bytes);
        }

        try
        {
            // Read as a document: the first use of a serializer takes longer.
            using var document = JsonDocument.Parse(bytes, new() { MaxDepth = 4 });
            var root = document.RootElement;
            return root.GetProperty("format").GetInt32() == CurrentFormat ? Read(root) : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InputDataException($"its part '{EntryName}' cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Adds the part to a zip.</summary>
    /// <param name="zip">Readable, writable.</param>
    public void Write(Stream zip)
    {
        zip.Position = 0;
        using var archive = new ZipArchive(zip, ZipArchiveMode.Update, leaveOpen: true);
        using var content = archive.CreateEntry(EntryName, CompressionLevel.Optimal).Open();
        using var json = new Utf8JsonWriter(content);
        json.WriteStartObject();
        json.WriteNumber("format", CurrentFormat);
        json.WriteBoolean("isChain", IsChain);
        json.WriteStartArray("states");
        foreach (var state in States)
        {
            json.WriteStringValue(state);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static SavedSteps Read(JsonElement root)
    {
        var isChain = root.GetProperty("isChain").GetBoolean();
        string[] states = [.. root.GetProperty("states").EnumerateArray().Select(state => state.GetString() ?? "")];
        return states.Length > 0 && (isChain || states.Length == 1)
            ? new(isChain, states)
            : throw new InputDataException($"its part '{EntryName}' has {states.Length} steps");
    }
}
