using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;

/// <summary>A dictionary of a pickle, ordered or not, with its entries in the order in which they were set.</summary>
internal sealed class PickleDictionary
{
    public List<KeyValuePair<object?, object?>> Entries { get; } = [];

    /// <summary>The value of a key that is text; null if there is none.</summary>
    public object? Find(string key) => Entries.LastOrDefault(entry => entry.Key is string text && text == key).Value;
}

/// <summary>A list of a pickle.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A tuple of a pickle.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A class or function that a pickle names, "torch._utils._rebuild_tensor_v2"; only those that are known are ever made.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>A block of numbers that lies in a file of its own in the checkpoint.</summary>
/// <param name="Type">The type of its numbers.</param>
/// <param name="Key">The name of the file.</param>
/// <param name="Count">How many numbers it must hold.</param>
internal sealed record PickleStorage(WeightType Type, string Key, long Count);

/// <summary>A tensor: a view of a storage.</summary>
/// <param name="Storage">Where its numbers lie.</param>
/// <param name="Offset">The first one, from 0.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Strides">Numbers between neighbours along each dimension.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
