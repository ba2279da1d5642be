using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.ML.MedicalSegmentation.Training;

namespace MedSeg.Configuration;

/// <summary>The JSON Schema of a training's configuration, made from the options themselves.</summary>
internal static class ConfigurationSchema
{
    /// <summary>Options of the command itself.</summary>
    public const string Command = "command";

    /// <summary>What is done to intensities without a plan.</summary>
    public const string Normalization = "normalization";

    /// <summary>Where editors find the schema.</summary>
    public const string Reference = "$schema";

    /// <summary>How the options of NormalizeIntensity are written.</summary>
    public static JsonSerializerOptions NormalizationFormat { get; } = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        PropertyNameCaseInsensitive = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    // The command sets columns and seed.
    private static readonly string[] OfTheCommand =
    [
        "labelColumnName",
        "imageColumnName",
        "predictedLabelColumnName",
        "probabilityColumnName",
        "seed",
    ];

    /// <summary>The schema.</summary>
    /// <param name="options">Options of the command that a configuration may hold.</param>
    public static JsonObject Create(IEnumerable<Option> options)
    {
        var comments = new DocumentationComments();
        var schemas = new TrainerOptionsSchema(comments.Of);
        var trainer = schemas.Create()["properties"]?.AsObject() ?? [];
        var normalization = schemas.Of(NormalizationFormat, typeof(NormalizeIntensityEstimator.Options));
        normalization["additionalProperties"] = false;
        var properties = new JsonObject
        {
            [Reference] = new JsonObject { ["type"] = "string" },
            [Command] = Described(
                CommandSection.Schema(options),
                "Options of `medseg train` by their names without dashes. The command line comes first."
            ),
            [Normalization] = Described(normalization, "What is done to intensities in training without a plan."),
        };
        foreach (var (name, rule) in trainer.Where(property => !OfTheCommand.Contains(property.Key)))
        {
            properties[name] = rule?.DeepClone();
        }

        return new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Configuration of medseg train",
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
    }

    /// <summary>Removes what the command sets.</summary>
    public static void LeaveOutOptionsOfTheCommand(JsonObject options)
    {
        foreach (var name in OfTheCommand)
        {
            options.Remove(name);
        }
    }

    private static JsonObject Described(JsonObject rule, string description)
    {
        rule["description"] = description;
        return rule;
    }
}
