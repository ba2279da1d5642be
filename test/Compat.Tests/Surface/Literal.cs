using System.Globalization;

namespace Compat.Surface;

/// <summary>Constants and default values, as the lists show them.</summary>
internal static class Literal
{
    public static string Of(object? value, Type type)
    {
        if (value is null)
        {
            var isStruct = type.IsGenericParameter || (type.IsValueType && Nullable.GetUnderlyingType(type) is null);
            return isStruct ? "default" : "null";
        }

        var text = Text(value);
        return type.IsEnum ? $"({TypeName.Of(type)}){text}" : text;
    }

    private static string Text(object value) => value switch
    {
        string text => $"\"{Escape(text)}\"",
        bool flag => flag ? "true" : "false",
        char character => char.IsControl(character) ? $"'\\u{(int)character:x4}'" : $"'{character}'",
        float number => number.ToString("R", CultureInfo.InvariantCulture) + "f",
        double number => number.ToString("R", CultureInfo.InvariantCulture) + "d",
        decimal number => number.ToString(CultureInfo.InvariantCulture) + "m",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal);
}
