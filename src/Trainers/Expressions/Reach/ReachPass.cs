namespace Microsoft.ML.MedicalSegmentation.Expressions.Reach;

/// <summary>What a reading of a network's reach finds on its way.</summary>
/// <param name="axes">Spatial axes of the image.</param>
internal sealed class ReachPass(int axes)
{
    private readonly double[] _coarsest = [.. Enumerable.Repeat(1.0, axes)];

    /// <summary>
    /// The largest distance, in voxels, between two elements of any value: what boundaries of tiles and parts are best multiples of.
    /// </summary>
    public IReadOnlyList<long> Stride => Array.ConvertAll(_coarsest, scale => (long)Math.Round(scale));

    /// <summary>Why a result depends on the whole image, or on its size; null while it does not.</summary>
    public string? WhyUnbounded { get; private set; }

    /// <summary>Notes that a result depends on the whole image; the first reason stays.</summary>
    public void DependOnAll(string why) => WhyUnbounded ??= why;

    public void Count(AxisReach[] reach)
    {
        for (var axis = 0; axis < reach.Length; axis++)
        {
            _coarsest[axis] = Math.Max(_coarsest[axis], reach[axis].Scale);
        }
    }
}
