using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nrrd;

/// <summary>NRRD's notation for vectors: "(1,0,0)".</summary>
internal static class NrrdVector
{
    /// <summary>Splits "(1,0,0) none (0, 1, 0)" into its parts.</summary>
    public static List<string> Split(string? text)
    {
        var parts = new List<string>();
        var rest = (text ?? "").AsSpan().Trim();
        while (rest.Length > 0)
        {
            var end = rest[0] == '(' ? rest.IndexOf(')') + 1 : rest.IndexOfAny(' ', '\t', '(');
            end = end <= 0 ? rest.Length : end;
            parts.Add(rest[..end].ToString());
            rest = rest[end..].TrimStart();
        }

        return parts;
    }

    /// <summary>The numbers of one vector; null with a fault in the report where it is none.</summary>
    public static double[]? Parse(string text, int dimension, string field, HeaderReport report)
    {
        var numbers = new double[dimension];
        var words = text is ['(', .., ')'] ? text[1..^1].Split(',') : [];
        var isVector = words.Length == dimension;
        for (var i = 0; isVector && i < dimension; i++)
        {
            isVector =
                double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && double.IsFinite(numbers[i]);
        }

        report.Require(
            isVector,
            field,
            text,
            $"it must be a vector of {dimension} finite numbers, such as ({string.Join(',', new int[dimension])})"
        );
        return isVector ? numbers : null;
    }

    /// <summary>A vector with every digit that matters.</summary>
    public static string Format(params ReadOnlySpan<double> numbers)
    {
        var words = new string[numbers.Length];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = numbers[i].ToString("R", CultureInfo.InvariantCulture);
        }

        return $"({string.Join(',', words)})";
    }
}
