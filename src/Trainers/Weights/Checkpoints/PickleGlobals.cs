using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;

/// <summary>The only classes and functions that a pickle may name, and what calling them builds.</summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<string, WeightType> Storages = new()
    {
        ["torch.DoubleStorage"] = WeightType.Float64,
        ["torch.FloatStorage"] = WeightType.Float32,
        ["torch.HalfStorage"] = WeightType.Float16,
        ["torch.BFloat16Storage"] = WeightType.BFloat16,
        ["torch.LongStorage"] = WeightType.Int64,
        ["torch.IntStorage"] = WeightType.Int32,
        ["torch.ShortStorage"] = WeightType.Int16,
        ["torch.CharStorage"] = WeightType.Int8,
        ["torch.ByteStorage"] = WeightType.UInt8,
        ["torch.BoolStorage"] = WeightType.Boolean,
    };

    private static readonly Dictionary<string, Func<object?[], object?>> Functions = new()
    {
        ["collections.OrderedDict"] = arguments => arguments is [] ? new PickleDictionary() : throw Misused("collections.OrderedDict"),
        ["torch.Size"] = arguments => arguments is [PickleTuple sizes] ? sizes : throw Misused("torch.Size"),
        ["torch._utils._rebuild_tensor_v2"] = RebuildTensor,
        ["torch._utils._rebuild_parameter"] = arguments =>
            arguments is [PickleTensor tensor, ..] ? tensor : throw Misused("torch._utils._rebuild_parameter"),
        ["torch.device"] = arguments => arguments is [string name, ..] ? name : throw Misused("torch.device"),
        ["numpy.dtype"] = NumPyScalars.Type,
        ["numpy.core.multiarray.scalar"] = NumPyScalars.Number,
        ["numpy._core.multiarray.scalar"] = NumPyScalars.Number, // since NumPy 2
        ["_codecs.encode"] = NumPyScalars.Bytes,
    };

    // Only named, as nnU-Net's postprocessing.pkl does; a call is refused.
    private static readonly HashSet<string> Named = [LargestComponent];

    /// <summary>nnU-Net's function that keeps the largest component.</summary>
    public const string LargestComponent =
        "nnunetv2.postprocessing.remove_connected_components.remove_all_but_largest_component_from_segmentation";

    /// <summary>The global of a name.</summary>
    /// <exception cref="InputDataException">It is not among those that are built.</exception>
    public static PickleGlobal Find(string module, string name)
    {
        var full = $"{Shortened(module)}.{Shortened(name)}";
        return Storages.ContainsKey(full) || Functions.ContainsKey(full) || Named.Contains(full)
            ? new(full)
            : throw new InputDataException(
                $"it asks for '{full}', which is not a tensor, a container, text or a number, and may run any code; it is refused. "
                + "If you trust the file, load it with PyTorch and save its tensors alone: `torch.save(model.state_dict(), path)`.");
    }

    /// <summary>What a call of a function builds.</summary>
    public static object? Call(object? function, object? arguments) =>
        function is PickleGlobal global
        && Functions.TryGetValue(global.Name, out var build)
        && arguments is PickleTuple { Items: var items }
            ? build(items)
            : throw new InputDataException($"it calls {(function as PickleGlobal)?.Name ?? "what is not a function"}, which is refused.");

    /// <summary>The storage that a persistent identifier names: ("storage", type, key, device, count).</summary>
    public static PickleStorage Storage(object? identifier) =>
        identifier is PickleTuple { Items: ["storage", PickleGlobal global, string key, _, long count and >= 0] }
            && Storages.TryGetValue(global.Name, out var type)
            ? new(type, key, count)
            : throw new InputDataException("it refers to data in a way that is not PyTorch's.");

    private static PickleTensor RebuildTensor(object?[] arguments)
    {
        if (
            arguments
            is not [
                PickleStorage storage,
                long offset,
                PickleTuple { Items.Length: <= WeightTensor.HighestRank } sizes,
                PickleTuple { Items.Length: <= WeightTensor.HighestRank } steps,
                ..,
            ]
        )
        {
            throw Misused("torch._utils._rebuild_tensor_v2");
        }

        var (shape, strides) = (Numbers(sizes), Numbers(steps));
        var count = WeightTensor.CountOf(shape);
        var last = (Int128)offset;
        for (var axis = 0; axis < Math.Min(shape.Length, strides.Length); axis++)
        {
            last += (Int128)Math.Max(0, shape[axis] - 1) * strides[axis];
        }

        if (count < 0 || shape.Length != strides.Length || offset < 0 || strides.Any(stride => stride < 0)
            || (count == 0 ? offset > storage.Count : last >= storage.Count))
        {
            throw new InputDataException(
                $"a tensor of sizes {WeightTensor.Words(shape)} with strides {WeightTensor.Words(strides)} from {offset} on does "
                    + $"not lie within its storage of {storage.Count} numbers."
            );
        }

        return count <= storage.Count
            ? new(storage, offset, shape, strides)
            : throw new InputDataException(
                $"a tensor of sizes {WeightTensor.Words(shape)} repeats the {storage.Count} numbers of its storage. Call "
                    + "contiguous() on it before saving."
            );
    }

    private static long[] Numbers(PickleTuple tuple) =>
        Array.ConvertAll(
            tuple.Items,
            item => item is long number ? number : throw new InputDataException("a tensor has a size that is not a whole number.")
        );

    internal static string Shortened(string name) => name.Length <= 100 ? name : name[..100];

    internal static InputDataException Misused(string name) => new($"it calls {name} with other arguments than torch.save writes.");
}
