using System.Text;
using Microsoft.ML.MedicalSegmentation.Numerics;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights;

/// <summary>Reads what <c>module.save</c> of TorchSharp writes: a count, and for each tensor its name, type, sizes and numbers.</summary>
/// <remarks>
/// The format has no mark of its own, so a file that is none of the others is read as one, and refused at the first fault.
/// </remarks>
internal static class TorchSharpWeights
{
    private const string NoWeights =
        "it is neither safetensors, nor a PyTorch checkpoint in zip format, nor weights that TorchSharp has saved";

    // Numbers of torch.ScalarType.
    private static readonly Dictionary<long, WeightType> Types = new()
    {
        [0] = WeightType.UInt8,
        [1] = WeightType.Int8,
        [2] = WeightType.Int16,
        [3] = WeightType.Int32,
        [4] = WeightType.Int64,
        [5] = WeightType.Float16,
        [6] = WeightType.Float32,
        [7] = WeightType.Float64,
        [11] = WeightType.Boolean,
        [15] = WeightType.BFloat16,
    };

    public static WeightsFile Read(Stream stream, string name)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            var tensors = new Dictionary<string, WeightTensor>();
            for (var left = reader.Read7BitEncodedInt64(); left > 0; left--)
            {
                var tensor = ReadTensor(reader, stream);
                if (!tensors.TryAdd(tensor.Name, tensor))
                {
                    throw new InputDataException($"{NoWeights} (two tensors are named '{tensor.Name}').");
                }
            }

            return stream.Position == stream.Length && tensors.Count > 0
                ? new(name, "TorchSharp weights", [.. tensors.Values])
                : throw new InputDataException($"{NoWeights}.");
        }
        catch (Exception fault) when (fault is EndOfStreamException or FormatException)
        {
            throw new InputDataException($"{NoWeights}, or it is cut short.", fault);
        }
    }

    private static WeightTensor ReadTensor(BinaryReader reader, Stream stream)
    {
        var nameLength = reader.Read7BitEncodedInt64();
        Demand(nameLength is > 0 and <= WeightTensor.LongestName && nameLength <= stream.Length - stream.Position);
        var name = Encoding.UTF8.GetString(reader.ReadBytes((int)nameLength));
        Demand(Types.TryGetValue(reader.Read7BitEncodedInt64(), out var type));
        var rank = reader.Read7BitEncodedInt64();
        Demand(rank is >= 0 and <= 64);
        var shape = new long[rank];
        for (var axis = 0; axis < rank; axis++)
        {
            shape[axis] = reader.Read7BitEncodedInt64();
        }

        var count = WeightTensor.CountOf(shape);
        var length = count * WeightTypes.SizeOf(type);
        Demand(count >= 0 && length <= stream.Length - stream.Position && length <= Array.MaxLength);
        var bytes = LargeArray.Allocate<byte>((int)length);
        stream.ReadExactly(bytes);
        return new(name, type, shape, bytes);
    }

    private static void Demand(bool holds)
    {
        if (!holds)
        {
            throw new InputDataException($"{NoWeights}.");
        }
    }
}
