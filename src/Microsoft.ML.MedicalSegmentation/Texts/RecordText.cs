using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.MedicalSegmentation.Texts;

/// <summary>A record as text, with the items of its lists, which the compiler's own text names by their type.</summary>
internal static class RecordText
{
    private const int MostItems = 16;

    /// <summary>"Name { A = 1, B = [1, 2] }"; lists end after 16 items.</summary>
    public static string Of(object record)
    {
        var members = record.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => $"{property.Name} = {Value(property.GetValue(record))}");
        return $"{record.GetType().Name} {{ {string.Join(", ", members)} }}";
    }

    private static string Value(object? value) => value switch
    {
        null => "",
        string text => text,
        IDictionary pairs => List(pairs.Cast<DictionaryEntry>().Select(pair => $"{Value(pair.Key)}: {Value(pair.Value)}"), pairs.Count),
        ICollection items => List(items.Cast<object?>().Select(Value), items.Count),
        IEnumerable items => List(items.Cast<object?>().Take(MostItems + 1).Select(Value), null),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string List(IEnumerable<string> items, int? count)
    {
        var shown = items.Take(MostItems + 1).ToList();
        var isCut = shown.Count > MostItems;
        var rest = !isCut ? "" : count is { } all ? $", ... {all} in all" : ", ...";
        return $"[{string.Join(", ", shown.Take(MostItems))}{rest}]";
    }
}
