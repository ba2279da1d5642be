using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Kernels and strides of the stages of a <see cref="UNet"/>, finest first, and the rule that plans them.</summary>
/// <param name="Kernels">Size of the convolutions of each stage; odd.</param>
/// <param name="Strides">By how much each stage is coarser than the one before; 1 for the first.</param>
/// <remarks>Isensee et al. 2021, nnU-Net, https://doi.org/10.1038/s41592-020-01008-z, and the authors' planner.</remarks>
public sealed record UNetTopology(IReadOnlyList<PerAxis> Kernels, IReadOnlyList<PerAxis> Strides)
{
    /// <summary>Number of resolutions.</summary>
    public int Stages => Strides.Count;

    /// <summary>Kernel 3 everywhere, and every stage half as fine as the one before.</summary>
    public static UNetTopology Uniform(int stages) =>
        new([.. Enumerable.Repeat<PerAxis>(3, stages)], [.. Enumerable.Range(0, stages).Select(stage => (PerAxis)(stage == 0 ? 1 : 2))]);

    /// <summary>The topology for a patch: axes of coarse spacing are halved, and given wide kernels, later than the others.</summary>
    /// <remarks>
    /// As long as it can be done, a stage halves every axis that keeps <paramref name="smallestSide"/> voxels and whose spacing is below
    /// twice the finest of those; an axis that would be halved alone needs three times <paramref name="smallestSide"/>. An axis has kernel
    /// 1 until its spacing comes below twice the finest, then 3; the last stage has kernel 3. The patch may have to grow:
    /// take <see cref="Fit"/> of it.
    /// </remarks>
    /// <param name="patch">Depth, height, width (2D: height, width) in voxels.</param>
    /// <param name="spacing">Distance of voxels in mm, in the same order.</param>
    /// <param name="smallestSide">Voxels that no halved axis falls below.</param>
    /// <exception cref="ArgumentException">
    /// The lists do not fit together, a number is impossible, or the patch is too small to be halved once.
    /// </exception>
    public static UNetTopology Plan(IReadOnlyList<int> patch, IReadOnlyList<double> spacing, int smallestSide = 4)
    {
        Check(patch, spacing, nameof(patch));
        ArgumentOutOfRangeException.ThrowIfLessThan(smallestSide, 1);
        long[] sides = [.. patch];
        double[] steps = [.. spacing];
        var kernel = new long[sides.Length];
        Array.Fill(kernel, 1);
        List<PerAxis> kernels = [];
        List<PerAxis> strides = [1];
        for (var halved = AxesToHalve(sides, steps, smallestSide); halved.Contains(true); halved = AxesToHalve(sides, steps, smallestSide))
        {
            kernel = [.. kernel.Select((size, axis) => size == 3 || steps[axis] < 2 * steps.Min() ? 3L : 1L)];
            kernels.Add(kernel);
            strides.Add(Array.ConvertAll(halved, isHalved => isHalved ? 2L : 1L));
            sides = [.. sides.Select((side, axis) => halved[axis] ? (side + 1) / 2 : side)];
            steps = [.. steps.Select((step, axis) => halved[axis] ? 2 * step : step)];
        }

        kernels.Add(3);
        return kernels.Count > 1
            ? new(kernels, strides)
            : throw new ArgumentException(
                $"A patch of {string.Join(" x ", patch)} voxels cannot be halved and keep {smallestSide} on a side, so there is no "
                    + $"U-Net for it. Use at least {2 * smallestSide} voxels on each side.",
                nameof(patch)
            );
    }

    /// <summary>
    /// The patch that planning starts from: of equal extent in mm on all axes, as large as 256 x 256 x 256 voxels (2D: 2048 x 2048), and no
    /// larger than the image.
    /// </summary>
    /// <param name="shape">Usual depth, height, width (2D: height, width) of the images, in voxels at that spacing.</param>
    /// <param name="spacing">Distance of voxels in mm, in the same order.</param>
    /// <exception cref="ArgumentException">The lists do not fit together, or a number is impossible.</exception>
    public static int[] InitialPatch(IReadOnlyList<int> shape, IReadOnlyList<double> spacing)
    {
        Check(shape, spacing, nameof(shape));
        var side = spacing.Count == 2 ? 2048.0 : 256.0;
        var extent = side * Math.Pow(spacing.Aggregate(1.0, (product, step) => product * step), 1.0 / spacing.Count);
        return [.. spacing.Select((step, axis) => (int)Math.Max(1, Math.Min(shape[axis], Math.Round(extent / step))))];
    }

    /// <summary>The smallest patch that holds <paramref name="patch"/> and whose sides all stages can divide.</summary>
    public int[] Fit(IReadOnlyList<int> patch) =>
        [.. SizeRule(patch.Count).Fit([.. patch.Select(side => (long)side)]).Select(side => (int)side)];

    /// <summary>By how much the coarsest stage is coarser than the image.</summary>
    public long[] TotalStride(int spatialDims)
    {
        var total = new long[spatialDims];
        Array.Fill(total, 1);
        return Strides.Aggregate(total, (product, stride) => [.. product.Zip(stride.For(spatialDims), (all, step) => all * step)]);
    }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    /// <summary>Sides are multiples of the total stride.</summary>
    internal SpatialSizeRule SizeRule(int spatialDims)
    {
        var multiples = TotalStride(spatialDims);
        long[] smallest = [.. multiples];

        // Instance norm needs more than one position, also in the coarsest stage.
        smallest[^1] *= 2;
        return SpatialSizeRule.MultipleOf(multiples, smallest);
    }

    /// <summary>What keeps a network from being built with this topology, as sentences.</summary>
    internal IEnumerable<string> Faults(int spatialDims)
    {
        if (Kernels.Count != Strides.Count || Stages is < 2 or > 12)
        {
            yield return $"Topology has {Kernels.Count} kernels and {Strides.Count} strides; it must have as many of both, from 2 to 12.";
        }

        foreach (var kernel in Kernels.Where(kernel => kernel.Any(size => size < 1 || size % 2 == 0) || HasWrongCount(kernel, spatialDims)))
        {
            yield return $"Topology has the kernel {kernel}; give one odd number, or {spatialDims}.";
        }

        foreach (var stride in Strides.Where(stride => stride.Any(step => step is < 1 or > 64) || HasWrongCount(stride, spatialDims)))
        {
            yield return $"Topology has the stride {stride}; give one number from 1 to 64, or {spatialDims}.";
        }

        if (Strides.Count > 0 && Strides[0].Any(step => step != 1))
        {
            yield return $"Topology begins with the stride {Strides[0]}; the first must be 1, so that the result has the image's grid.";
        }
    }

    private static bool HasWrongCount(PerAxis numbers, int spatialDims) => numbers.Count() != 1 && numbers.Count() != spatialDims;

    private static bool[] AxesToHalve(long[] sides, double[] steps, int smallestSide)
    {
        var roomy = steps.Where((_, axis) => sides[axis] >= 2 * smallestSide).ToList();
        if (roomy.Count == 0)
        {
            return new bool[sides.Length];
        }

        var halved = steps.Select((step, axis) => sides[axis] >= 2 * smallestSide && step < 2 * roomy.Min()).ToArray();
        return halved.Count(isHalved => isHalved) > 1 || sides[Array.IndexOf(halved, true)] >= 3 * smallestSide
            ? halved
            : new bool[sides.Length];
    }

    private static void Check(IReadOnlyList<int> shape, IReadOnlyList<double> spacing, string name)
    {
        if (shape.Count is not (2 or 3) || spacing.Count != shape.Count)
        {
            throw new ArgumentException(
                $"{shape.Count} sizes and {spacing.Count} spacings were given; give three of each "
                    + "(depth, height, width), or two (height, width).",
                name
            );
        }

        if (shape.Any(side => side < 1) || spacing.Any(step => !(step > 0 && double.IsFinite(step))))
        {
            throw new ArgumentException(
                $"Sizes {string.Join(" x ", shape)} and spacings {string.Join(" x ", spacing)} mm "
                    + "were given; each must be above 0 and finite.",
                name
            );
        }
    }
}
