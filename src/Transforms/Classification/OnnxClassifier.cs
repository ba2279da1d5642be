using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>
/// A classification network in ONNX Runtime. The session is opened with the first image and shared by all threads; after
/// <see cref="Dispose"/> the next image opens another.
/// </summary>
/// <param name="model">The network.</param>
/// <param name="threads">Threads of one run; 0 for one per core.</param>
/// <param name="device">Asked where to run when a session is opened.</param>
/// <param name="warn">Told where the processor takes the place of the GPU; null for nobody.</param>
internal sealed class OnnxClassifier(ClassificationModel model, int threads, Func<ScoringDevice> device, Action<string>? warn) : IDisposable
{
    private readonly SharedScorer<OnnxVectorNetwork> _network = new(() =>
        new(
            model.OnnxArray,
            model.Info.Shape,
            model.Info.SpatialDimensions,
            model.Info.Classes.Count,
            threads,
            device(),
            warn ?? (message => Trace.TraceWarning(message))
        )
    );

    public ClassificationModel Model => model;

    /// <summary>The logits of one image.</summary>
    /// <exception cref="ArgumentException">The image cannot be classified, or the ONNX model does not fit its description.</exception>
    /// <exception cref="InvalidOperationException">The network failed or gave a value that is not finite.</exception>
    /// <exception cref="OperationCanceledException">The scope of scoring was cancelled.</exception>
    public float[] Logits(Volume image)
    {
        ScoringScope.Current?.CancellationToken.ThrowIfCancellationRequested();
        var values = ImagePreparation.Prepare(image, model.Info);
        var logits = _network.Use(network => network.Run(values));
        return FiniteInput.IndexOfFirstOther(logits) < 0
            ? logits
            : throw new InvalidOperationException(
                $"On {image.NameInErrors}, the network gave logits that are not finite ({string.Join(", ", logits)}). Its weights "
                    + "may be damaged, or the intensities far from those of training."
            );
    }

    /// <summary>Frees the session when no run is in progress; may be called more than once.</summary>
    public void Dispose() => _network.Release();

    /// <summary>Probabilities of logits: their softmax.</summary>
    public static float[] Softmax(ReadOnlySpan<float> logits)
    {
        double largest = System.Numerics.Tensors.TensorPrimitives.Max(logits);
        var powers = Array.ConvertAll(logits.ToArray(), logit => Math.Exp(logit - largest));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => (float)(power / sum));
    }
}
