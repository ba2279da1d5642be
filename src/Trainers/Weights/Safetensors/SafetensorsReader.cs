using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights.Safetensors;

/// <summary>Reads safetensors: 8 bytes with the length of a JSON header, the header, and the numbers of all tensors.</summary>
/// <remarks>https://github.com/huggingface/safetensors#format. Tensors must fill the file without gaps and overlaps.</remarks>
internal static class SafetensorsReader
{
    /// <summary>The entry of the header that holds text about the file.</summary>
    public const string MetadataName = "__metadata__";

    /// <summary>Longest header that is read: some hundred thousand tensors.</summary>
    public const int LongestHeader = 16 << 20;

    private const int LengthBytes = 8;

    /// <summary>Names of types in a header.</summary>
    public static IReadOnlyDictionary<string, WeightType> TypeNames { get; } = new Dictionary<string, WeightType>
    {
        ["F64"] = WeightType.Float64,
        ["F32"] = WeightType.Float32,
        ["F16"] = WeightType.Float16,
        ["BF16"] = WeightType.BFloat16,
        ["I64"] = WeightType.Int64,
        ["I32"] = WeightType.Int32,
        ["I16"] = WeightType.Int16,
        ["I8"] = WeightType.Int8,
        ["U8"] = WeightType.UInt8,
        ["BOOL"] = WeightType.Boolean,
    };

    public static bool Recognizes(ReadOnlySpan<byte> start) => start.Length > LengthBytes && start[LengthBytes] == '{';

    /// <summary>The tensors in the file's order, and what the file says about itself.</summary>
    public static (IReadOnlyList<WeightTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(Stream stream)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader || (long)length > stream.Length - LengthBytes)
        {
            throw new InputDataException(
                $"its header shall have {length} bytes, in a file of {stream.Length}; at most {LongestHeader} are read. It is "
                    + "damaged or cut short; copy it again."
            );
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        var (entries, metadata) = Parse(header);
        RequireWhole(entries, stream.Length - LengthBytes - (long)length);
        var start = stream.Position;
        return ([.. entries.Select(entry => entry.Read(stream, start))], metadata);
    }

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) Parse(byte[] header)
    {
        try
        {
            using var json = JsonDocument.Parse(header, new() { MaxDepth = 8, AllowDuplicateProperties = false });
            var entries = new List<Entry>();
            Dictionary<string, string> metadata = [];
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataName)
                {
                    metadata = property.Value.EnumerateObject().ToDictionary(text => text.Name, text => text.Value.GetString() ?? "");
                }
                else
                {
                    entries.Add(ParseEntry(property.Name, property.Value));
                }
            }

            return (entries, metadata);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputDataException($"its header is not valid: {fault.Message}", fault);
        }
    }

    private static Entry ParseEntry(string name, JsonElement json)
    {
        if (name.Length is 0 or > WeightTensor.LongestName)
        {
            throw new InputDataException($"a tensor's name has {name.Length} letters; names have 1 to {WeightTensor.LongestName}.");
        }

        var type = json.GetProperty("dtype").GetString() ?? "";
        if (!TypeNames.TryGetValue(type, out var known))
        {
            throw new InputDataException(
                $"tensor '{name}' has the type '{type}'; types that are read: "
                    + $"{string.Join(", ", TypeNames.Keys)}. Convert it before saving."
            );
        }

        long[] shape = [.. json.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets = [.. json.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (offsets is not [var begin and >= 0, var end] || end < begin)
        {
            throw new InputDataException(
                $"tensor '{name}' has the offsets {WeightTensor.Words(offsets)}; there must be two, and the second not below the first."
            );
        }

        var count = WeightTensor.CountOf(shape);
        if (count < 0 || count * WeightTypes.SizeOf(known) != end - begin)
        {
            throw new InputDataException($"tensor '{name}' has the sizes {WeightTensor.Words(shape)} of {type}, but {end - begin} bytes.");
        }

        return end - begin <= Array.MaxLength
            ? new(name, known, shape, begin, end)
            : throw new InputDataException($"tensor '{name}' has {end - begin} bytes; at most {Array.MaxLength} are read.");
    }

    private static void RequireWhole(IEnumerable<Entry> entries, long length)
    {
        var filled = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != filled)
            {
                throw new InputDataException(
                    $"tensor '{entry.Name}' begins at byte {entry.Begin} of the data, but those before it end at {filled}; there "
                        + "must be neither gaps nor overlaps."
                );
            }

            filled = entry.End;
        }

        if (filled != length)
        {
            throw new InputDataException(
                $"its tensors take {filled} bytes, but {length} follow the header. It is damaged or cut short; copy it again."
            );
        }
    }

    private sealed record Entry(string Name, WeightType Type, long[] Shape, long Begin, long End)
    {
        public WeightTensor Read(Stream stream, long start)
        {
            var bytes = LargeArray.Allocate<byte>((int)(End - Begin));
            stream.Position = start + Begin;
            stream.ReadExactly(bytes);
            return new(Name, Type, Shape, bytes);
        }
    }
}
