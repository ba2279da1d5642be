using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>
/// The random numbers of one patch. They depend on the seed of training, the epoch and the place of the patch in it, and on nothing else.
/// </summary>
public sealed class PatchRandom
{
    private readonly RandomStream _stream;

    internal PatchRandom(RandomStream stream) => _stream = stream;

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => _stream.NextDouble(low, high);

    /// <summary>True with the given probability, 0 to 1.</summary>
    public bool NextBoolean(double probability) => _stream.NextBoolean(probability);

    /// <summary>Uniform among 0 to <paramref name="count"/> - 1; count is at least 1.</summary>
    public int NextInt(int count) => _stream.NextInt(count);

    /// <summary>
    /// A factor as nnU-Net draws factors: as often below 1 as above it, uniform in [<paramref name="low"/>, 1) or in [max(1,
    /// <paramref name="low"/>),
    /// <paramref name="high"/>).
    /// </summary>
    /// <param name="low">At most <paramref name="high"/>.</param>
    /// <param name="high">The largest factor.</param>
    public double NextFactor(double low, double high)
        => low < 1 && (high <= 1 || NextBoolean(0.5)) ? NextDouble(low, Math.Min(1, high)) : NextDouble(Math.Max(1, low), high);

    /// <summary>Adds independent normal numbers of mean 0 to each of <paramref name="values"/>.</summary>
    /// <param name="values">Changed in place.</param>
    /// <param name="standardDeviation">At least 0.</param>
    public void AddGaussianNoise(Span<float> values, double standardDeviation) =>
        NormalDistribution.AddTo(values, (float)standardDeviation, _stream);
}
