using Microsoft.ML.MedicalSegmentation.Embedding;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A pre-trained encoder in a pipeline: a column of volumes in, a column of vectors of Single out.</summary>
/// <remarks>
/// A vector is what the encoder's deepest features are on average over the volume, which is read in tiles of the encoder's patch. ML.NET's
/// own trainers take it as features, for search, clustering or classification. The session of ONNX Runtime is opened with the first row
/// and shared by all rows. Disposing frees it; a row that is read afterwards opens another.
/// </remarks>
public class EmbeddingTransformer : VolumeTransformer
{
    internal EmbeddingTransformer(EmbeddingScoring function, string inputColumnName, IEnumerable<string> outputs)
        : base(nameof(EmbeddingTransformer), function, [inputColumnName], outputs)
        => Model = function.Model;

    /// <summary>The encoder, as ONNX, and its description.</summary>
    public EncoderModel Model { get; }

    /// <summary>Puts an encoder into a pipeline.</summary>
    /// <param name="context">Gives the device and the log.</param>
    /// <param name="model">The encoder.</param>
    /// <param name="outputColumnName">The column of vectors that is added.</param>
    /// <param name="inputColumnName">The column of volumes, normalised as in training.</param>
    /// <param name="threads">Threads of ONNX Runtime for one run; 0 for one per core.</param>
    public static EmbeddingTransformer Create(
        MLContext context,
        EncoderModel model,
        string outputColumnName = "Embedding",
        string inputColumnName = "Image",
        int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        return new(EmbeddingScoring.Make(model, threads, context, ScoringDevice.Of(context)), inputColumnName, [outputColumnName]);
    }
}
