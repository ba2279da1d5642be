using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Weights;
using Microsoft.ML.MedicalSegmentation.Weights.Tensors;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Weights of networks from files and to files, under the names of the original research code.</summary>
public static class NetworkWeights
{
    /// <summary>Loads weights from a safetensors file, a PyTorch checkpoint (.pth, .pt, .bin) or a file that TorchSharp saved.</summary>
    /// <param name="network">Where they go; it keeps its device.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">What may differ. Default: nothing; of a pre-trained encoder's file, all that is not the encoder's.</param>
    /// <returns>What was loaded and what was not, name by name.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file cannot be read as weights.</exception>
    /// <exception cref="ArgumentException">
    /// The weights do not fit; the message names every missing, unknown and unfit one, and nothing was loaded.
    /// </exception>
    public static WeightLoadingReport LoadWeights(this Network network, string path, WeightLoadingOptions? options = null) =>
        network.LoadWeights(WeightsFile.Read(path), options);

    /// <summary>Loads weights that were read from a file.</summary>
    /// <inheritdoc cref="LoadWeights(Network, string, WeightLoadingOptions?)"/>
    public static WeightLoadingReport LoadWeights(this Network network, WeightsFile file, WeightLoadingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(file);
        options ??= new();

        // An encoder is a part, so that the rest of the network is always missing.
        return WeightLoader.Load(network, file, EncoderFile.IsEncoder(file) ? options with { Strict = false } : options);
    }

    /// <summary>
    /// Writes the weights as safetensors, whole or not at all, under the original code's names, so that PyTorch's load_state_dict takes
    /// them.
    /// </summary>
    /// <param name="network">Whose weights are written, buffers such as running statistics included.</param>
    /// <param name="path">The file, which is replaced where it exists.</param>
    /// <param name="metadata">What the file says about itself, beside its format.</param>
    public static void SaveWeights(this Network network, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var texts = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>());
        texts.TryAdd("format", "pt"); // Readers for PyTorch look for it.
        WeightsFile.WriteSafetensors(path, network.ToWeights(), texts);
    }

    /// <summary>Copies of the weights, a layer with two names in the original code under both.</summary>
    public static IEnumerable<WeightTensor> ToWeights(this Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        foreach (var (name, weight) in network.state_dict())
        {
            var copy = weight.ToWeight(name);
            yield return copy;
            foreach (var second in network.SharedNames(name))
            {
                yield return copy.Named(second);
            }
        }
    }
}
