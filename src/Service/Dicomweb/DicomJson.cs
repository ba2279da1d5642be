using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Dicomweb;

/// <summary>A data set in DICOM's JSON model.</summary>
/// <remarks>Part 18 of the standard, annex F.</remarks>
internal sealed class DicomJson
{
    private readonly JsonElement _set;

    private DicomJson(JsonElement set) => _set = set;

    /// <summary>The data sets of an answer: an array, a single one, or nothing.</summary>
    /// <exception cref="InputDataException">The text is not JSON.</exception>
    public static IReadOnlyList<DicomJson> Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Array
                    ? [.. root.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object).Select(e => new DicomJson(e))]
                : root.ValueKind == JsonValueKind.Object ? [new(root)]
                : [];
        }
        catch (JsonException fault)
        {
            throw new InputDataException("The DICOMweb server's answer is not JSON. Check the DICOMweb root.", fault);
        }
    }

    /// <summary>True where an attribute has a value.</summary>
    public bool Has(string tag) => First(tag) is not null;

    /// <summary>The first value as text; null where there is none.</summary>
    public string? Text(string tag) =>
        First(tag) is { } value
            ? value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : value.GetRawText()
            : null;

    /// <summary>The first value as a whole number; null where there is none.</summary>
    public int? Number(string tag) =>
        int.TryParse(Text(tag), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    private JsonElement? First(string tag) =>
        _set.TryGetProperty(tag, out var attribute)
        && attribute.ValueKind == JsonValueKind.Object
        && attribute.TryGetProperty("Value", out var values)
        && values.ValueKind == JsonValueKind.Array
        && values.GetArrayLength() > 0
            ? values[0]
            : null;
}
