using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation.Metrics.Synthesis;

/// <summary>Compares a synthesised volume with its target, voxel by voxel; both lie on one grid.</summary>
internal static class VolumeComparison
{
    private const int BlockLength = 1 << 14;

    /// <summary>The errors of one case.</summary>
    /// <param name="name">Names the case in the result and in messages.</param>
    /// <param name="target">What was recorded.</param>
    /// <param name="output">What was synthesised.</param>
    /// <param name="mask">Where errors are measured as well; null for nowhere.</param>
    /// <param name="dataRange">The data range. Default: largest less smallest value of the target.</param>
    /// <exception cref="ArgumentException">The volumes differ in size or place, or have values that are not finite.</exception>
    public static SynthesisCaseMetrics Compare(string name, Volume target, Volume output, LabelVolume? mask, double? dataRange)
    {
        RequireSameGrid(name, target, output);
        var inside = mask is null ? null : ReadMask(name, mask, target);
        var sums = Sum(name, target, output, inside);
        var range = dataRange ?? sums.Highest - sums.Lowest;
        var (gaussian, box) = (new Similarity(double.NaN, double.NaN), new Similarity(double.NaN, double.NaN));
        if (range > 0)
        {
            gaussian = Similarities(SimilarityWindow.Gaussian(target.Shape));
            box = Similarities(SimilarityWindow.Box(target.Shape));
        }

        var whole = Errors(sums.Whole, gaussian.Whole, box.Whole);
        return new(name, whole, sums.Mask.Count > 0 ? Errors(sums.Mask, gaussian.Masked, box.Masked) : null);

        Similarity Similarities(SimilarityWindow window)
        {
            var (all, masked) = StructuralSimilarity.Of(target, output, window, inside, range);
            return new(all, masked);
        }

        SynthesisErrors Errors(ErrorSums of, double ssim, double boxSsim)
        {
            var (absolute, squared) = (of.Absolute / of.Count, of.Squared / of.Count);
            return new(
                range > 0 ? 10 * Math.Log10(range * range / squared) : double.NaN,
                ssim,
                boxSsim,
                range > 0 ? absolute / range : double.NaN,
                squared,
                of.Count / target.Shape.Channels
            );
        }
    }

    private static (ErrorSums Whole, ErrorSums Mask, double Lowest, double Highest) Sum(
        string name,
        Volume target,
        Volume output,
        bool[]? inside
    )
    {
        var (whole, masked) = (new ErrorSums(), new ErrorSums());
        var (lowest, highest) = (double.PositiveInfinity, double.NegativeInfinity);
        var (wanted, given) = (new float[BlockLength], new float[BlockLength]);
        var voxels = target.Shape.ChannelCount;
        for (long start = 0; start < target.Shape.Count; start += BlockLength)
        {
            var length = (int)Math.Min(BlockLength, target.Shape.Count - start);
            var a = wanted.AsSpan(0, length);
            var b = given.AsSpan(0, length);
            target.CopyValues(start, a);
            output.CopyValues(start, b);
            lowest = Math.Min(lowest, TensorPrimitives.Min<float>(a));
            highest = Math.Max(highest, TensorPrimitives.Max<float>(a));
            for (var i = 0; i < length; i++)
            {
                var error = (double)b[i] - a[i];
                if (!double.IsFinite(error))
                {
                    throw NotFinite(
                        name,
                        float.IsFinite(a[i]) ? output : target,
                        float.IsFinite(a[i]) ? "synthesised volume" : "target",
                        start + i
                    );
                }

                whole.Add(error);
                if (inside?[(start + i) % voxels] == true)
                {
                    masked.Add(error);
                }
            }
        }

        return (whole, masked, lowest, highest);
    }

    private static void RequireSameGrid(string name, Volume target, Volume output)
    {
        if (target.Shape != output.Shape)
        {
            throw new ArgumentException(
                $"Case '{name}': the target is {target.Shape} voxels, the synthesised volume {output.Shape}. Both must lie on one "
                    + "grid with the same channels; resample the target to the source before it is compared."
            );
        }

        if (!target.Geometry.Matches(output.Geometry, target.Shape))
        {
            throw new ArgumentException(
                $"Case '{name}': target and synthesised volume lie up to "
                    + $"{target.Geometry.LargestDifference(output.Geometry, target.Shape):0.###} mm apart (target "
                    + $"{target.Geometry}; synthesised {output.Geometry}). Both must have one geometry; register or resample the "
                    + "target to the source, or repair the file's header."
            );
        }
    }

    private static bool[] ReadMask(string name, LabelVolume mask, Volume target)
    {
        var placed = LabelPlacement.TryPlace(mask, target.Shape, target.Geometry) ?? mask;
        if (!placed.Shape.SameGrid(target.Shape) || !placed.Geometry.Matches(target.Geometry, target.Shape))
        {
            throw new ArgumentException(
                $"Case '{name}': the mask ({mask.Shape}; {mask.Geometry}) does not lie on the grid of the target "
                    + $"({target.Shape.WithChannels(1)}; {target.Geometry}). Give the mask that belongs to this case."
            );
        }

        var inside = new bool[target.Shape.ChannelCount];
        var labels = new int[BlockLength];
        for (var start = 0; start < inside.Length; start += BlockLength)
        {
            var block = labels.AsSpan(0, Math.Min(BlockLength, inside.Length - start));
            placed.CopyLabels(start, block);
            for (var i = 0; i < block.Length; i++)
            {
                inside[start + i] = block[i] > 0;
            }
        }

        return inside;
    }

    private static ArgumentException NotFinite(string name, Volume volume, string what, long offset)
    {
        var (shape, at) = (volume.Shape, offset % volume.Shape.ChannelCount);
        return new(
            $"Case '{name}': the {what} has a value that is NaN or infinite at [z {at / shape.Width / shape.Height}, y "
                + $"{at / shape.Width % shape.Height}, x {at % shape.Width}]. Repair the file."
        );
    }

    private readonly record struct Similarity(double Whole, double Masked);

    private record struct ErrorSums
    {
        public double Absolute { get; private set; }

        public double Squared { get; private set; }

        public long Count { get; private set; }

        public void Add(double error)
        {
            Absolute += Math.Abs(error);
            Squared += error * error;
            Count++;
        }
    }
}
