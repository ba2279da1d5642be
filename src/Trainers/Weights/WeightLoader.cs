using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Weights;

/// <summary>Compares the tensors of a file with the weights of a network, and copies them.</summary>
internal sealed class WeightLoader
{
    private const int MostPrefixes = 64;

    private readonly Network _network;
    private readonly WeightLoadingOptions _options;
    private readonly Dictionary<string, Tensor> _weights;

    private WeightLoader(Network network, WeightLoadingOptions options)
    {
        _network = network;
        _options = options;
        _weights = network.state_dict();
    }

    /// <summary>Loads all that fits; changes nothing where the options are strict and something does not fit.</summary>
    /// <exception cref="ArgumentException">Something does not fit, or nothing at all does.</exception>
    public static WeightLoadingReport Load(Network network, WeightsFile file, WeightLoadingOptions options)
    {
        var loader = new WeightLoader(network, options);
        var faults = Faults(network, options).ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", faults));
        }

        var (report, found) = loader.Compare(file);
        if (found.Count == 0 || (options.Strict && !report.IsComplete))
        {
            throw new ArgumentException(
                $"The weights in '{file.Source}' do not fit {network.Description}; of its {loader._weights.Count} weights, {report} "
                    + (
                        found.Count == 0
                            ? "Take a file of this network."
                            : "Build the network with the NetworkOptions and classes that they were trained with, or say which may "
                                + "differ: Skip names weights to leave as they are, Strict = false loads what fits."
                    )
            );
        }

        foreach (var (name, tensor) in found)
        {
            loader._weights[name].Assign(tensor);
        }

        return report;
    }

    /// <summary>What is wrong with options for a network, as sentences.</summary>
    public static IEnumerable<string> Faults(Network network, WeightLoadingOptions options)
    {
        var names = network.state_dict().Keys;
        return options
            .Faults()
            .Concat(
                options
                    .Skip.Where(pattern =>
                        !string.IsNullOrWhiteSpace(pattern) && !names.Any(name => WeightLoadingOptions.Matches([pattern], name))
                    )
                    .Select(pattern =>
                        $"'{pattern}' of Skip fits no weight of {network.Description}; its weights are {WeightLoadingOptions.Known(names)}."
                    )
            );
    }

    private (WeightLoadingReport Report, Dictionary<string, WeightTensor> Found) Compare(WeightsFile file)
    {
        var prefix = FindPrefix(file);
        var found = new Dictionary<string, WeightTensor>();
        var unexpected = new List<WeightTensor>();
        var mismatched = new List<WeightMismatch>();
        foreach (var tensor in file.Tensors)
        {
            var own = tensor.Name.StartsWith(prefix, StringComparison.Ordinal) ? tensor.Name[prefix.Length..] : tensor.Name;
            if (_options.Skips(own))
            {
                continue;
            }

            var name = _weights.ContainsKey(own) ? own : _network.NameOfShared(own);
            if (!_weights.TryGetValue(name, out var weight))
            {
                unexpected.Add(tensor);
            }
            else if (Unfit(tensor, weight) is { } reason)
            {
                mismatched.Add(new(name, reason));
            }
            else if (!found.TryAdd(name, tensor) && !found[name].ToBytes().Span.SequenceEqual(tensor.ToBytes().Span))
            {
                mismatched.Add(new(name, $"the network shares it with {own}, the file has other numbers for that"));
            }
        }

        var loaded = found.Values.Select(tensor => tensor.Identity).ToHashSet();
        var unknown = unexpected.ToLookup(tensor => loaded.Contains(tensor.Identity), tensor => tensor.Name);
        var unfit = mismatched.Select(mismatch => mismatch.Name).ToHashSet();
        var report = new WeightLoadingReport
        {
            Source = file.Source,
            Prefix = prefix,
            Loaded = [.. found.Keys],
            Missing =
            [
                .. _weights.Keys.Where(name => !found.ContainsKey(name) && !unfit.Contains(name) && !_options.Skips(name) && Acts(name)),
            ],
            Unexpected = [.. unknown[false]],
            Duplicates = [.. unknown[true]],
            Mismatched = mismatched,
            Skipped = [.. _weights.Keys.Where(_options.Skips)],
        };
        return (report, found);
    }

    private static string? Unfit(WeightTensor tensor, Tensor weight)
    {
        if (!tensor.Shape.SequenceEqual(weight.shape))
        {
            return $"the file has {WeightTensor.Words(tensor.Shape)}, the network {WeightTensor.Words(weight.shape)}";
        }

        var isWhole = weight.dtype == torch.ScalarType.Int64;
        if (isWhole == WeightTypes.IsFloat(tensor.Type))
        {
            return $"the file has {tensor.Type}, the network {weight.dtype}";
        }

        return !isWhole && FiniteInput.IndexOfFirstOther(tensor.ToSingle()) >= 0 ? "the file has NaN or infinite numbers" : null;
    }

    // Counters of batches, which PyTorch did not write before 0.4.1, and weights that are never used change no result.
    private bool Acts(string name) => !name.EndsWith("num_batches_tracked", StringComparison.Ordinal)
        && !_network.UnusedParameters.Any(unused => name.StartsWith(unused, StringComparison.Ordinal));

    // Wrappers put "module." (DataParallel), "model." (Lightning) or the like before every name.
    private string FindPrefix(WeightsFile file)
    {
        var names = file.Tensors.Select(tensor => tensor.Name).ToList();
        bool IsKnown(string name) => _weights.ContainsKey(name) || _weights.ContainsKey(_network.NameOfShared(name));
        return names
                .SelectMany(Beginnings)
                .Distinct()
                .Take(MostPrefixes)
                .Prepend("")
                .MaxBy(prefix => names.Count(name => name.StartsWith(prefix, StringComparison.Ordinal) && IsKnown(name[prefix.Length..])))
            ?? "";
    }

    private static IEnumerable<string> Beginnings(string name)
    {
        for (int at = name.IndexOf('.'), parts = 0; at >= 0 && parts < 3; at = name.IndexOf('.', at + 1), parts++)
        {
            yield return name[..(at + 1)];
        }
    }
}
