using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Networks.Definition;

/// <summary>What a network gives for training.</summary>
/// <typeparam name="T"><see cref="TensorExpression"/> inside the network, a tensor outside it.</typeparam>
/// <param name="Logits">[N, classes, S]: the prediction that evaluation and export use, before any softmax or sigmoid.</param>
/// <param name="SideLogits">Further predictions [N, classes, S'] for deep supervision, finest first; S' may be coarser.</param>
/// <param name="Extras">What the network's own losses need, by name; empty for most networks.</param>
public sealed record NetworkOutput<T>(
    T Logits, IReadOnlyList<T> SideLogits, IReadOnlyDictionary<string, IReadOnlyList<T>> Extras)
{
    /// <summary>A network with one prediction.</summary>
    public NetworkOutput(T logits)
        : this(logits, [])
    {
    }

    /// <summary>A network with deep supervision.</summary>
    public NetworkOutput(T logits, IReadOnlyList<T> sideLogits)
        : this(logits, sideLogits, new Dictionary<string, IReadOnlyList<T>>())
    {
    }

    /// <summary>The same output with every part converted.</summary>
    public NetworkOutput<TResult> Select<TResult>(Func<T, TResult> convert) => new(
        convert(Logits),
        [.. SideLogits.Select(convert)],
        Extras.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<TResult>)[.. entry.Value.Select(convert)]));
}
