using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;

namespace MedSeg.Configuration;

/// <summary>Options of a command as a part of a configuration: "no-plan" is true, "patch" is [32, 48, 32].</summary>
internal static class CommandSection
{
    /// <summary>The schema of the options.</summary>
    public static JsonObject Schema(IEnumerable<Option> options)
    {
        var properties = new JsonObject();
        foreach (var option in options)
        {
            var value = ValueOf(option);
            JsonObject rule = value == typeof(bool) ? new() { ["type"] = "boolean" }
                : IsWhole(value) ? new() { ["type"] = "integer" }
                : value == typeof(double) ? new() { ["type"] = "number" }
                : value.IsEnum ? new() { ["enum"] = new JsonArray([.. Enum.GetNames(value).Select(name => (JsonNode)name)]) }
                : new() { ["type"] = "string" };
            properties[NameOf(option)] = option.ValueType.IsArray
                ? new JsonObject { ["description"] = option.Description, ["type"] = "array", ["items"] = rule }
                : Described(rule, option.Description);
        }

        return new() { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    /// <summary>The command with the options of a section that were not given on the command line.</summary>
    /// <exception cref="ArgumentException">A value cannot be used.</exception>
    public static ParseResult Complete(ParseResult given, JsonObject section)
    {
        var command = given.CommandResult.Command;
        var tokens = given
            .Tokens.SkipWhile(token => token.Type != TokenType.Command || token.Value != command.Name)
            .Skip(1)
            .Select(token => token.Value)
            .ToList();
        foreach (var (name, value) in section)
        {
            var option = command.Options.First(option => string.Equals(NameOf(option), name, StringComparison.OrdinalIgnoreCase));
            if (given.GetResult(option) is not { Implicit: false })
            {
                tokens.AddRange(TokensOf(option, value));
            }
        }

        var complete = command.Parse(tokens);
        return complete.Errors.Count == 0
            ? complete
            : throw new ArgumentException(string.Join(" ", complete.Errors.Select(error => error.Message)));
    }

    /// <summary>The options that were given.</summary>
    public static JsonObject Write(ParseResult arguments, IEnumerable<Option> options)
    {
        var section = new JsonObject();
        foreach (var option in options)
        {
            if (arguments.GetResult(option) is { Implicit: false } result)
            {
                var values = result.Tokens.Select(token => Value(option, token.Value)).ToArray();
                section[NameOf(option)] = option.ValueType.IsArray
                    ? new JsonArray(values)
                    : values.FirstOrDefault() ?? JsonValue.Create(true);
            }
        }

        return section;
    }

    /// <summary>The name of an option without its dashes.</summary>
    public static string NameOf(Option option) => option.Name.TrimStart('-');

    private static JsonObject Described(JsonObject rule, string? description)
    {
        rule["description"] = description;
        return rule;
    }

    private static IEnumerable<string> TokensOf(Option option, JsonNode? value) => value switch
    {
        null => [],
        JsonArray several => several.Select(one => $"{one}").Prepend(option.Name),
        _ when option.ValueType == typeof(bool) => value.GetValue<bool>() ? [option.Name] : [],
        _ => [option.Name, $"{value}"],
    };

    private static JsonValue Value(Option option, string token)
    {
        var value = ValueOf(option);
        return IsWhole(value) ? JsonValue.Create(long.Parse(token, CultureInfo.InvariantCulture))
            : value == typeof(double) ? JsonValue.Create(double.Parse(token, CultureInfo.InvariantCulture))
            : value == typeof(bool) ? JsonValue.Create(bool.Parse(token))
            : JsonValue.Create(token);
    }

    private static bool IsWhole(Type value) => value == typeof(int) || value == typeof(long);

    private static Type ValueOf(Option option)
    {
        var type = option.ValueType.IsArray ? option.ValueType.GetElementType() ?? option.ValueType : option.ValueType;
        return Nullable.GetUnderlyingType(type) ?? type;
    }
}
