namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Kernels and strides for a patch, and the patch that they can divide.</summary>
/// <remarks>
/// As long as it can be done, a stage halves every axis that has 8 voxels or more and whose spacing is below twice the finest of
/// those; an axis that would be halved alone needs 12. An axis has kernel 1 until its spacing is below twice the finest of all.
/// </remarks>
internal sealed record StagePlan(int[][] Kernels, int[][] Strides, int[] Patch, int[] Divisor)
{
    private const int SmallestSide = 4;

    /// <summary>Plans the stages for a patch, whose sides may be fractions where a median is one.</summary>
    public static StagePlan For(IReadOnlyList<double> spacing, IReadOnlyList<double> patch)
    {
        var steps = spacing.ToArray();
        var sides = patch.ToArray();
        var divisor = Repeat(1, sides.Length);
        var kernel = Repeat(1, sides.Length);
        List<int[]> kernels = [];
        List<int[]> strides = [Repeat(1, sides.Length)];
        for (var halved = AxesToHalve(sides, steps); halved.Contains(true); halved = AxesToHalve(sides, steps))
        {
            var finest = steps.Min();
            kernel = [.. kernel.Select((size, axis) => size == 3 || steps[axis] / finest < 2 ? 3 : 1)];
            kernels.Add(kernel);
            strides.Add(Array.ConvertAll(halved, isHalved => isHalved ? 2 : 1));
            for (var axis = 0; axis < sides.Length; axis++)
            {
                if (halved[axis])
                {
                    sides[axis] = Math.Ceiling(sides[axis] / 2);
                    steps[axis] *= 2;
                    divisor[axis] *= 2;
                }
            }
        }

        kernels.Add(Repeat(3, sides.Length));
        return new(
            [.. kernels],
            [.. strides],
            [.. patch.Select((side, axis) => (int)(Math.Ceiling(side / divisor[axis]) * divisor[axis]))],
            divisor
        );
    }

    private static bool[] AxesToHalve(double[] sides, double[] steps)
    {
        var roomy = sides.Select(side => side >= 2 * SmallestSide).ToArray();
        if (!roomy.Contains(true))
        {
            return roomy;
        }

        var finest = steps.Where((_, axis) => roomy[axis]).Min();
        var halved = roomy.Select((isRoomy, axis) => isRoomy && steps[axis] / finest < 2).ToArray();
        var alone = halved.Count(isHalved => isHalved) == 1;
        return alone && sides[Array.IndexOf(halved, true)] < 3 * SmallestSide ? new bool[sides.Length] : halved;
    }

    private static int[] Repeat(int value, int count) => [.. Enumerable.Repeat(value, count)];
}
