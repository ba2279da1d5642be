namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Finds the resolution at which a patch sees at least a quarter of the median case.</summary>
internal static class LowResolution
{
    private const double VisibleShare = 0.25;
    private const double Step = 1.03;

    /// <summary>Searches by nnU-Net's rule.</summary>
    /// <param name="full">Full resolution.</param>
    /// <param name="fullPatch">The patch at full resolution.</param>
    /// <param name="plan">Plans a patch for a spacing, a median size and the voxels of the median case.</param>
    /// <param name="decisions">Takes the reason.</param>
    /// <returns>Spacing, median size and plan; null where full resolution suffices.</returns>
    public static (double[] Spacing, double[] Median, PatchPlan Plan)? Find(
        FullResolution full, IReadOnlyList<int> fullPatch, Func<double[], double[], double, PatchPlan> plan, List<PlanDecision> decisions)
    {
        var fullVoxels = Product(full.MedianShape);
        var (voxels, patchVoxels) = (fullVoxels, Product(fullPatch.Select(side => (double)side)));
        var seen = patchVoxels / voxels;
        var spacing = full.Spacing.ToArray();
        (double[], double[], PatchPlan)? found = null;
        while (patchVoxels / voxels < VisibleShare)
        {
            var coarsest = spacing.Max();
            var anisotropic = spacing.Any(step => coarsest / step > 2);
            spacing = Array.ConvertAll(spacing, step => !anisotropic || coarsest / step > 2 ? step * Step : step);
            double[] size = [.. spacing.Select((step, axis) => full.Spacing[axis] / step * full.MedianShape[axis])];
            voxels = Product(size);
            var median = Array.ConvertAll(size, Math.Round);
            var patch = plan(spacing, median, voxels);
            found = (spacing, median, patch);
            patchVoxels = Product(patch.Stages.Patch.Select(side => (double)side));
        }

        if (found is not null && fullVoxels / voxels >= 2)
        {
            decisions.Add(
                new(
                    "3d_lowres",
                    "spacing",
                    FullResolution.Text(spacing),
                    $"The full-resolution patch sees {seen:P1} of the median case, below {VisibleShare:P0}, so a cascade starts at "
                        + $"a coarser spacing: grown by {Step - 1:P0} at a time, fine axes first, until a patch sees "
                        + $"{patchVoxels / voxels:P1}."
                )
            );
            return found;
        }

        decisions.Add(new(null, "cascade", "none", found is null
            ? $"The full-resolution patch sees {seen:P1} of the median case, at least {VisibleShare:P0}."
            : $"The coarser spacing {FullResolution.Text(spacing)} would have {fullVoxels / voxels:0.##} times fewer voxels, below 2."));
        return null;
    }

    private static double Product(IEnumerable<double> sides) => sides.Aggregate(1.0, (product, side) => product * side);
}
