using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.MedicalSegmentation.Provenance;

/// <summary>Writes a model card as a CycloneDX 1.6 ML-BOM, https://cyclonedx.org/capabilities/mlbom/.</summary>
internal static class CycloneDx
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// The bill of materials as JSON: the model with its card, data sets with digests, and the software it was made with.
    /// </summary>
    /// <param name="card">The card.</param>
    /// <param name="modelSha256">SHA-256 of the model zip, in hexadecimal.</param>
    /// <exception cref="ArgumentException">The digest is not 64 hexadecimal digits.</exception>
    public static string ToJson(ModelCard card, string modelSha256)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(modelSha256);
        if (modelSha256.Length != 64 || !modelSha256.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException("The digest must be 64 hexadecimal digits.", nameof(modelSha256));
        }

        // The same model gives the same document, so its number comes from the digest (a UUID of version 8).
        var bytes = Convert.FromHexString(modelSha256)[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        var document = new JsonObject
        {
            ["$schema"] = "http://cyclonedx.org/schema/bom-1.6.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["serialNumber"] = $"urn:uuid:{new Guid(bytes, bigEndian: true)}",
            ["version"] = 1,
            ["metadata"] = Metadata(card),
            ["components"] = new JsonArray([
                Model(card, modelSha256),
                .. DataSets(card),
                .. card.Versions.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Library(pair.Key, pair.Value)),
            ]),
        };
        return document.ToJsonString(Indented);
    }

    private static JsonObject Metadata(ModelCard card)
    {
        var metadata = new JsonObject();
        if (card.Created is { } created)
        {
            metadata["timestamp"] = created.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'",
                System.Globalization.CultureInfo.InvariantCulture
            );
        }

        if (card.Author.Length > 0)
        {
            metadata["authors"] = new JsonArray(new JsonObject { ["name"] = card.Author });
        }

        return metadata;
    }

    private static JsonObject Model(ModelCard card, string digest)
    {
        var model = new JsonObject
        {
            ["type"] = "machine-learning-model",
            ["bom-ref"] = "model",
            ["name"] = card.Name.Length > 0 ? card.Name : "segmentation model",
            ["version"] = card.Version,
            ["hashes"] = Hash(digest),
            ["modelCard"] = new JsonObject
            {
                ["modelParameters"] = new JsonObject
                {
                    ["approach"] = new JsonObject { ["type"] = "supervised" },
                    ["task"] = "semantic segmentation",
                    ["architectureFamily"] = "attention U-Net family",
                    ["modelArchitecture"] = card.Network,
                    ["datasets"] = new JsonArray([
                        .. DataSets(card).Select(set => (JsonNode)new JsonObject { ["ref"] = set["bom-ref"]?.GetValue<string>() }),
                    ]),
                    ["inputs"] = new JsonArray(new JsonObject { ["format"] = "medical volume" }),
                    ["outputs"] = new JsonArray(new JsonObject { ["format"] = "label volume" }),
                },
                ["quantitativeAnalysis"] = new JsonObject
                {
                    ["performanceMetrics"] = new JsonArray([.. card.Results.Where(result => result.Mean is not null).Select(Metric)]),
                },
                ["considerations"] = new JsonObject
                {
                    ["useCases"] = Texts(card.IntendedUse),
                    ["technicalLimitations"] = Texts(card.Limits),
                },
            },
        };
        if (card.Members.Count > 0)
        {
            model["components"] = new JsonArray([.. card.Members.Select(Member)]);
        }

        if (card.License.Length > 0)
        {
            model["licenses"] = new JsonArray(new JsonObject { ["license"] = new JsonObject { ["name"] = card.License } });
        }

        return model;
    }

    private static JsonNode Member(CardMember member, int number) => new JsonObject
    {
        ["type"] = "machine-learning-model",
        ["bom-ref"] = $"member-{number}",
        ["name"] = member.Card?.Name is { Length: > 0 } name ? name : member.Name,
        ["version"] = member.Card?.Version ?? "",
        ["hashes"] = Hash(member.Sha256),
    };

    private static IEnumerable<JsonObject> DataSets(ModelCard card)
    {
        foreach (
            var (use, cases) in new[] { ("training", card.TrainingCases), ("validation", card.ValidationCases), ("test", card.TestCases) }
        )
        {
            if (cases.Count > 0)
            {
                yield return new()
                {
                    ["type"] = "data",
                    ["bom-ref"] = $"data-{use}",
                    ["name"] = $"{card.DataSet} ({use}, {cases.Count} cases)".Trim(),
                    ["hashes"] = Hash(CardCase.DigestOf(cases)),
                    ["data"] = new JsonArray(new JsonObject { ["type"] = "dataset", ["name"] = $"{card.DataSet} ({use})".Trim() }),
                };
            }
        }
    }

    private static JsonNode Metric(CardResult result)
    {
        var metric = new JsonObject
        {
            ["type"] = result.Metric,
            ["value"] = Text(result.Mean),
            ["slice"] = $"{result.Set}, {result.Class}, n = {result.Count}",
        };
        if (result.Lower is not null)
        {
            metric["confidenceInterval"] = new JsonObject { ["lowerBound"] = Text(result.Lower), ["upperBound"] = Text(result.Upper) };
        }

        return metric;
    }

    private static JsonObject Library(string name, string version)
    {
        var library = new JsonObject { ["type"] = "library", ["name"] = name, ["version"] = version };
        if (name is "TorchSharp" || name.StartsWith("Microsoft.ML", StringComparison.Ordinal))
        {
            library["purl"] = $"pkg:nuget/{name}@{Uri.EscapeDataString(version)}";
        }

        return library;
    }

    private static JsonArray Hash(string digest) => [new JsonObject { ["alg"] = "SHA-256", ["content"] = digest }];

    private static JsonArray Texts(string text) => text.Length == 0 ? [] : [text];

    private static string? Text(double? value) => value?.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
