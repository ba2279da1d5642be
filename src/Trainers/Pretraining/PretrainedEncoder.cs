using Microsoft.ML.MedicalSegmentation.Embedding;
using Microsoft.ML.MedicalSegmentation.Weights;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// What pre-training gives: the weights of a network's encoder, from which trainers of that network start, and a transformer that adds the
/// encoder's features of each volume as a vector.
/// </summary>
/// <remarks>
/// In a pipeline it is saved by <c>mlContext.Model.Save</c>; a loaded model holds the encoder as ONNX, as an
/// <see cref="EmbeddingTransformer"/>, and no weights for training: those are written by <see cref="Save"/>.
/// <code>
/// encoder.Save("encoder.safetensors");
/// var options = new SegmentationTrainer.Options { Network = encoder.Network, Initialization = new() { WeightsPath = "encoder.safetensors"
/// } };
/// </code>
/// </remarks>
public sealed class PretrainedEncoder : EmbeddingTransformer
{
    internal PretrainedEncoder(
        EmbeddingScoring function,
        string imageColumnName,
        string embeddingColumnName,
        NetworkOptions network,
        WeightsFile weights,
        SegmentationTrainingHistory history
    )
        : base(function, imageColumnName, [embeddingColumnName])
    {
        Network = network;
        Weights = weights;
        History = history;
    }

    /// <summary>The network whose encoder was trained, with the channels of the images.</summary>
    public NetworkOptions Network { get; }

    /// <summary>
    /// The encoder's weights and running statistics under the names of the original research code, and what the file says about itself.
    /// </summary>
    public WeightsFile Weights { get; }

    /// <summary>How pre-training went; <see cref="SegmentationTrainingMetrics.Loss"/> is the contrastive loss.</summary>
    public SegmentationTrainingHistory History { get; }

    /// <summary>
    /// Writes the weights, whole or not at all: safetensors, which PyTorch and others read, or, where the name ends in .zip, a zip with
    /// these and their description.
    /// </summary>
    /// <param name="path">The file, which is replaced where it exists.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        EncoderFile.Write(path, Weights);
    }
}
