using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights.Safetensors;

/// <summary>Writes safetensors; the same tensors give the same bytes.</summary>
/// <remarks>
/// Wider numbers come first and the header is filled up with spaces, so that every tensor is aligned when the file is mapped.
/// </remarks>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    public static void Write(Stream destination, IReadOnlyList<WeightTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        RequireNames(tensors);
        var ordered = tensors.OrderByDescending(tensor => WeightTypes.SizeOf(tensor.Type)).ToList();
        var header = Header(ordered, metadata);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        destination.Write(length);
        destination.Write(header);
        foreach (var tensor in ordered)
        {
            destination.Write(tensor.ToBytes().Span);
        }
    }

    private static void RequireNames(IReadOnlyList<WeightTensor> tensors)
    {
        var twice = tensors.GroupBy(tensor => tensor.Name).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new ArgumentException(
                $"{twice.Count()} tensors have the name '{twice.Key}'. Give each a name of its own.",
                nameof(tensors)
            );
        }

        if (
            tensors.FirstOrDefault(tensor =>
                tensor.Name is "" or SafetensorsReader.MetadataName || tensor.Name.Length > WeightTensor.LongestName
            ) is
            { } wrong
        )
        {
            throw new ArgumentException(
                $"A tensor cannot have the name '{wrong.Name}' in a safetensors file. Names have 1 to {WeightTensor.LongestName} "
                    + $"letters, and are not {SafetensorsReader.MetadataName}.",
                nameof(tensors));
        }
    }

    private static byte[] Header(IReadOnlyList<WeightTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var typeNames = SafetensorsReader.TypeNames.ToDictionary(entry => entry.Value, entry => entry.Key);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(SafetensorsReader.MetadataName);
                foreach (var (key, value) in metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            var offset = 0L;
            foreach (var tensor in tensors)
            {
                var end = offset + (tensor.Count * WeightTypes.SizeOf(tensor.Type));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", typeNames[tensor.Type]);
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
