using System.Text.Json;
using System.Text.Json.Nodes;
using MedSeg.Terminal;

namespace MedSeg.Configuration;

/// <summary>Compares a configuration with its schema, and names everything in it that is unknown or of another kind.</summary>
/// <param name="schema">The schema of the whole configuration.</param>
internal sealed class ConfigurationCheck(JsonObject schema)
{
    private readonly List<string> _faults = [];

    /// <summary>Every fault as a sentence; empty if there is none.</summary>
    public static IReadOnlyList<string> Faults(JsonObject configuration, JsonObject schema)
    {
        var check = new ConfigurationCheck(schema);
        check.Look(configuration, schema, "");
        return check._faults;
    }

    private void Look(JsonNode? value, JsonNode? rule, string path)
    {
        if (value is null || rule is not JsonObject rules)
        {
            return;
        }

        if (rules["anyOf"] is JsonArray variants)
        {
            LookAtVariants(value, variants, path);
        }
        else if (rules["enum"] is JsonArray words)
        {
            LookAtWord(value, [.. words.OfType<JsonValue>().Select(word => word.ToString())], path);
        }
        else if (!IsOfType(value, rules["type"]))
        {
            _faults.Add($"{path} is {value.ToJsonString()}; it must be {TypesOf(rules["type"])}.");
        }
        else if (value is JsonObject members && rules["properties"] is JsonObject properties)
        {
            LookAtMembers(members, properties, path);
        }
        else if (value is JsonArray items)
        {
            foreach (var (index, item) in items.Index())
            {
                Look(item, rules["items"], $"{path}[{index}]");
            }
        }
    }

    private void LookAtVariants(JsonNode value, JsonArray variants, string path)
    {
        var keyed = variants.OfType<JsonObject>().Where(variant => variant["properties"]?["key"] is not null).ToList();
        if (keyed.Count == 0)
        {
            // Alternatives of plain values, such as numbers and NaN.
            var attempts = variants.OfType<JsonObject>().Select(variant => Faults(value, variant, path)).ToList();
            _faults.AddRange(attempts.FirstOrDefault(faults => faults.Count == 0) ?? attempts.FirstOrDefault() ?? []);
            return;
        }

        string[] keys = [.. keyed.Select(variant => $"{variant["properties"]?["key"]?["const"]}")];
        if (value is JsonValue)
        {
            LookAtWord(value, keys, path);
        }
        else if (value is JsonObject members)
        {
            var key = members.FirstOrDefault(member => string.Equals(member.Key, "key", StringComparison.OrdinalIgnoreCase)).Value;
            var index = key is null
                ? -1
                : Array.FindIndex(keys, known => string.Equals(known, $"{key}", StringComparison.OrdinalIgnoreCase));
            if (key is not null && index < 0)
            {
                LookAtWord(key, keys, $"{path}.key");
            }
            else
            {
                LookAtMembers(members, index < 0 ? Union(keyed) : keyed[index]["properties"]?.AsObject() ?? [], path);
            }
        }
        else
        {
            _faults.Add($"{path} is {value.ToJsonString()}; it must be an object with \"key\", or a key: {string.Join(", ", keys)}.");
        }
    }

    private List<string> Faults(JsonNode value, JsonObject rule, string path)
    {
        var check = new ConfigurationCheck(schema);
        check.Look(value, rule, path);
        return check._faults;
    }

    private void LookAtMembers(JsonObject members, JsonObject properties, string path)
    {
        foreach (var (name, value) in members)
        {
            var known = properties.FirstOrDefault(property => string.Equals(property.Key, name, StringComparison.OrdinalIgnoreCase));
            var full = path.Length == 0 ? name : $"{path}.{name}";
            if (known.Key is not null)
            {
                Look(value, known.Value, full);
                continue;
            }

            var meant = NearestName.Of(name, properties.Select(property => property.Key)) is { } near
                ? (path.Length == 0 ? near : $"{path}.{near}")
                : PathsOf(schema, "")
                    .FirstOrDefault(other =>
                        string.Equals(other[(other.LastIndexOf('.') + 1)..], name, StringComparison.OrdinalIgnoreCase)
                    );
            _faults.Add(
                meant is null
                    ? $"There is no option '{full}'. Options: {string.Join(", ", properties.Select(property => property.Key))}."
                    : $"There is no option '{full}'. Did you mean {meant}?"
            );
        }
    }

    private void LookAtWord(JsonNode value, string[] words, string path)
    {
        if (!words.Contains($"{value}", StringComparer.OrdinalIgnoreCase))
        {
            _faults.Add(
                $"{path} is "
                    + $"'{value}'{(NearestName.Of($"{value}", words) is { } near ? $". Did you mean {near}? All" : "; it must be one of")}"
                    + $": {string.Join(", ", words)}."
            );
        }
    }

    private static JsonObject Union(List<JsonObject> variants)
    {
        var all = new JsonObject();
        foreach (var (name, rule) in variants.SelectMany(variant => variant["properties"]?.AsObject() ?? []))
        {
            all.TryAdd(name, name == "key" ? true : rule?.DeepClone());
        }

        return all;
    }

    private static IEnumerable<string> PathsOf(JsonObject rule, string path)
        => (rule["properties"] as JsonObject ?? []).SelectMany(property =>
        {
            var full = path.Length == 0 ? property.Key : $"{path}.{property.Key}";
            return (property.Value is JsonObject below ? PathsOf(below, full) : []).Prepend(full);
        });

    private static bool IsOfType(JsonNode value, JsonNode? type) => type switch
    {
        null => true,
        JsonArray several => several.Any(one => IsOfType(value, one)),
        _ => (type.ToString(), value.GetValueKind()) switch
        {
            ("object", JsonValueKind.Object)
            or
            ("array", JsonValueKind.Array)
            or
            ("string", JsonValueKind.String)
            or ("number", JsonValueKind.Number) => true,
            ("boolean", JsonValueKind.True or JsonValueKind.False) or ("null", JsonValueKind.Null) => true,
            ("integer", JsonValueKind.Number) => value.AsValue().TryGetValue<long>(out _),
            _ => false,
        },
    };

    private static string TypesOf(JsonNode? type) =>
        string.Join(
            " or ",
            (type is JsonArray several ? several.Select(one => $"{one}") : [$"{type}"])
                .Where(one => one != "null")
                .Select(one =>
                    one switch
                    {
                        "integer" => "a whole number",
                        "number" => "a number",
                        "string" => "text",
                        "boolean" => "true or false",
                        "array" => "a list",
                        _ => $"an {one}",
                    }
                )
        );
}
