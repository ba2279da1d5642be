using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>NT-Xent: the normalised, temperature-scaled cross-entropy of pairs of views, other patients being the negatives.</summary>
/// <remarks>
/// <para>
/// l(i, j) = -log(exp(s(i, j) / t) / sum over k of exp(s(i, k) / t)), with the cosine similarity s of embeddings; k runs over the partner j
/// and over the views of other patients. The loss is the mean over both directions of all pairs.
/// </para>
/// <para>
/// Chen et al. 2020, SimCLR, https://arxiv.org/abs/2002.05709; Azizi et al. 2021, MICLe, https://arxiv.org/abs/2101.05224.
/// Differs: where a batch holds more than one pair of a patient, the patient's other views are no negatives; the paper does not say what
/// becomes of them.
/// </para>
/// </remarks>
internal static class ContrastiveLoss
{
    /// <summary>A scalar that carries the gradient; 0 where a batch holds one patient alone.</summary>
    /// <param name="embeddings">[2P, F]: the first views of all pairs, then their second views in the same order.</param>
    /// <param name="patients">The patient of each pair, P numbers.</param>
    /// <param name="temperature">Above 0.</param>
    public static Tensor Compute(Tensor embeddings, IReadOnlyList<int> patients, double temperature)
    {
        var pairs = patients.Count;
        var unit = nn.functional.normalize(embeddings, 2, 1, 1e-12);
        var similarity = unit.matmul(unit.transpose(0, 1)) / Number(temperature);
        var masked = similarity.masked_fill(
            tensor(Excluded(patients)).reshape(2 * pairs, 2 * pairs).to(embeddings.device),
            Number(float.NegativeInfinity)
        );
        long[] partners = [.. Enumerable.Range(0, 2 * pairs).Select(view => (long)Partner(view, pairs))];
        return nn.functional.cross_entropy(masked, tensor(partners).to(embeddings.device));
    }

    /// <summary>Which view counts for which, by rows: true for itself and for its patient's views except its partner.</summary>
    internal static bool[] Excluded(IReadOnlyList<int> patients)
    {
        var (pairs, views) = (patients.Count, 2 * patients.Count);
        var excluded = new bool[views * views];
        for (var view = 0; view < views; view++)
        {
            for (var other = 0; other < views; other++)
            {
                excluded[(view * views) + other] = other != Partner(view, pairs) && patients[view % pairs] == patients[other % pairs];
            }
        }

        return excluded;
    }

    private static int Partner(int view, int pairs) => (view + pairs) % (2 * pairs);
}
