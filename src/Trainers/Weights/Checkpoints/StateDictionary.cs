using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Weights.Checkpoints;

/// <summary>Finds the weights in what a checkpoint holds beside them: epochs, optimisers, histories.</summary>
internal static class StateDictionary
{
    private const int DeepestNesting = 4;

    // What training programs call the weights in their checkpoints; nnU-Net says network_weights, Lightning state_dict.
    private static readonly string[] Names = ["state_dict", "model_state_dict", "network_weights", "model", "network", "net", "weights"];

    /// <summary>Names and tensors of the weights.</summary>
    /// <exception cref="InputDataException">There are none, or several dictionaries could be meant; the message lists the keys.</exception>
    public static IReadOnlyList<(string Name, PickleTensor Tensor)> Find(object? root)
    {
        for (var (found, depth) = (root, 0); depth < DeepestNesting; depth++)
        {
            if (found is not PickleDictionary dictionary)
            {
                break;
            }

            var inner = Names.Select(dictionary.Find).OfType<PickleDictionary>().FirstOrDefault(HasEntries);
            if (inner is null && Tensors(dictionary) is { Count: > 0 } tensors)
            {
                return tensors;
            }

            found = inner ?? Only(dictionary);
        }

        throw new InputDataException(
            root is PickleDictionary top
                ? "it holds no dictionary of tensors where one is looked for; "
                    + $"{(top.Entries.Count == 0 ? "it is empty" : $"its keys are {Keys(top)}")}. Save the weights alone: "
                    + "`torch.save(model.state_dict(), path)`."
                : "it holds no dictionary of tensors. Save the weights by `torch.save(model.state_dict(), path)`."
        );
    }

    private static List<(string Name, PickleTensor Tensor)> Tensors(PickleDictionary dictionary)
    {
        var tensors = new Dictionary<string, PickleTensor>();
        foreach (var (key, value) in dictionary.Entries)
        {
            if (key is string name && value is PickleTensor tensor)
            {
                tensors[
                    name.Length <= WeightTensor.LongestName
                        ? name
                        : throw new InputDataException(
                            $"a tensor's name has {name.Length} letters; names have at most {WeightTensor.LongestName}."
                        )
                ] = tensor;
            }
        }

        return [.. tensors.Select(entry => (entry.Key, entry.Value))];
    }

    // The only dictionary with tensors, or the only one at all.
    private static PickleDictionary? Only(PickleDictionary dictionary)
    {
        var inner = dictionary.Entries.Select(entry => entry.Value).OfType<PickleDictionary>().ToList();
        var withTensors = inner.FindAll(candidate => candidate.Entries.Exists(entry => entry.Key is string && entry.Value is PickleTensor));
        return withTensors.Count == 1 ? withTensors[0] : inner.Count == 1 ? inner[0] : null;
    }

    private static bool HasEntries(PickleDictionary dictionary) => dictionary.Entries.Count > 0;

    private static string Keys(PickleDictionary dictionary) =>
        string.Join(
            ", ",
            dictionary
                .Entries.Select(entry => entry.Key)
                .Take(12)
                .Select(key =>
                    key is string text ? $"'{(text.Length <= 60 ? text : text[..60])}'"
                    : key is long number ? $"{number}"
                    : "no text"
                )
        );
}
