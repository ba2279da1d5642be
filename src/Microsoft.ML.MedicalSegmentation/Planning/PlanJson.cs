using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Reads and writes the JSON files of nnU-Net.</summary>
internal static class PlanJson
{
    private const long MaximumLength = 1L << 28;

    /// <summary>The text of a file of at most 256 MiB.</summary>
    public static string ReadText(string path)
    {
        ExistingPath.RequireFile(path);
        var file = new FileInfo(path);
        return file.Length <= MaximumLength
            ? File.ReadAllText(path)
            : throw new InputDataException(
                $"{path} has {file.Length:N0} bytes; a file of plans has at most {MaximumLength:N0}. Name the right file."
            );
    }

    /// <summary>Parses a text whose root is an object.</summary>
    /// <exception cref="InputDataException">It is something else.</exception>
    public static JsonDocument Parse(string json, string name)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(
                json,
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }
            );
        }
        catch (JsonException fault)
        {
            throw new InputDataException($"{name} is not valid JSON: {fault.Message} Correct the file at that place.", fault);
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        using (document)
        {
            throw new InputDataException($"{name} holds a JSON {document.RootElement.ValueKind}; it must be an object.");
        }
    }

    /// <summary>Writes a text; the file is whole or absent.</summary>
    public static void Save(string path, string json) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(json)));

    /// <summary>The text of a tree, indented by four as nnU-Net does.</summary>
    public static string Text(JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions
        {
            Indented = true,
            IndentSize = 4,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }))
        {
            node.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>
    /// A number with a decimal point or an exponent, as Python writes its floats; integers of JSON are other types there.
    /// </summary>
    public static JsonNode Float(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return JsonNode.Parse(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0")
            ?? throw new InputDataException($"{value} is not a JSON number.");
    }

    /// <summary>An array of such numbers.</summary>
    public static JsonArray Floats(IEnumerable<double> values) => [.. values.Select(Float)];

    /// <summary>An array of whole numbers.</summary>
    public static JsonArray Integers(IEnumerable<int> values) => [.. values.Select(value => (JsonNode)JsonValue.Create(value))];

    /// <summary>An array of arrays of whole numbers.</summary>
    public static JsonArray IntegerRows(IEnumerable<IReadOnlyList<int>> rows) => [.. rows.Select(row => (JsonNode)Integers(row))];
}
