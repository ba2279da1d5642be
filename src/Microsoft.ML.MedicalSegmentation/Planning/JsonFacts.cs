using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Reads members of a JSON object and notes all that are missing or of another kind.</summary>
/// <param name="name">What errors call the file.</param>
internal sealed class JsonFacts(string name)
{
    private readonly List<string> _faults = [];

    /// <summary>Notes a fault, a sentence.</summary>
    public void Add(string fault) => _faults.Add(fault);

    /// <summary>Fails if any fault was noted.</summary>
    /// <exception cref="InputDataException">There are faults.</exception>
    public void ThrowIfAny(string remedy)
    {
        if (_faults.Count > 0)
        {
            throw new InputDataException(
                $"{name}: {string.Join(" ", _faults.Take(20))}{(_faults.Count > 20 ? $" And {_faults.Count - 20} more." : "")} {remedy}"
            );
        }
    }

    /// <summary>A text.</summary>
    public string Text(JsonElement parent, string key, string otherwise = "")
        => Get(parent, key, JsonValueKind.String)?.GetString() ?? otherwise;

    /// <summary>A whole number.</summary>
    public int Integer(JsonElement parent, string key, int otherwise = 0)
        => Get(parent, key, JsonValueKind.Number) is { } value ? WholeNumber(value, key) ?? otherwise : otherwise;

    /// <summary>A number.</summary>
    public double Number(JsonElement parent, string key, double otherwise = 0)
        => Get(parent, key, JsonValueKind.Number) is { } value ? value.GetDouble() : otherwise;

    /// <summary>True or false; <paramref name="otherwise"/> where absent or null.</summary>
    public bool? Flag(JsonElement parent, string key, bool? otherwise)
    {
        if (!parent.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return otherwise;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Add($"\"{key}\" is {Short(value)}; it must be true or false.");
        return otherwise;
    }

    /// <summary>A list of numbers.</summary>
    public double[] Numbers(JsonElement parent, string key) =>
        Get(parent, key, JsonValueKind.Array) is { } list ? NumbersOf(list, key) : [];

    /// <summary>A list of whole numbers.</summary>
    public int[] Integers(JsonElement parent, string key) => Get(parent, key, JsonValueKind.Array) is { } list ? IntegersOf(list, key) : [];

    /// <summary>A list of texts.</summary>
    public string[] Texts(JsonElement parent, string key)
        => Get(parent, key, JsonValueKind.Array) is { } list ? [.. Items(list, key).Select(item => item.ToString())] : [];

    /// <summary>A list of lists of numbers.</summary>
    public double[][] NumberRows(JsonElement parent, string key)
        => Get(parent, key, JsonValueKind.Array) is { } list ? [.. Items(list, key).Select(row => NumbersOf(row, key))] : [];

    /// <summary>A list of lists of whole numbers.</summary>
    public int[][] IntegerRows(JsonElement parent, string key)
        => Get(parent, key, JsonValueKind.Array) is { } list ? [.. Items(list, key).Select(row => IntegersOf(row, key))] : [];

    /// <summary>A member of a kind; a fault where it is absent or of another.</summary>
    public JsonElement? Get(JsonElement parent, string key, JsonValueKind kind)
    {
        if (parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(key, out var value) && value.ValueKind == kind)
        {
            return value;
        }

        Add(parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(key, out var other)
            ? $"\"{key}\" is {Short(other)}; it must be a JSON {kind}."
            : $"There is no \"{key}\".");
        return null;
    }

    private double[] NumbersOf(JsonElement list, string key)
        => [.. Items(list, key).Select(item => item.ValueKind == JsonValueKind.Number ? item.GetDouble() : Fault(item, key, double.NaN))];

    private int[] IntegersOf(JsonElement list, string key) => [.. Items(list, key).Select(item => WholeNumber(item, key) ?? 0)];

    private JsonElement.ArrayEnumerator Items(JsonElement list, string key)
    {
        if (list.ValueKind == JsonValueKind.Array)
        {
            return list.EnumerateArray();
        }

        Add($"\"{key}\" holds {Short(list)}; it must be a list.");
        return default;
    }

    private int? WholeNumber(JsonElement value, string key)
    {
        if (
            value.ValueKind == JsonValueKind.Number
            && value.GetDouble() is var number
            && number == Math.Floor(number)
            && Math.Abs(number) <= int.MaxValue
        )
        {
            return (int)number;
        }

        return Fault<int?>(value, key, null);
    }

    private T Fault<T>(JsonElement value, string key, T otherwise)
    {
        Add($"\"{key}\" has {Short(value)}; it must be a number.");
        return otherwise;
    }

    private static string Short(JsonElement value) =>
        value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? $"a JSON {value.ValueKind}"
        : value.GetRawText() is { Length: <= 40 } text ? text
        : "a long text";
}
