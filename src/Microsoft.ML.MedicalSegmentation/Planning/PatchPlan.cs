namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>The patch, the stages and the batch for one spacing within a memory budget.</summary>
/// <param name="Stages">Kernels, strides and patch.</param>
/// <param name="BatchSize">Samples of a training step.</param>
/// <param name="PatchReason">Why the patch has this size.</param>
/// <param name="BatchReason">Why the batch has this size.</param>
internal sealed record PatchPlan(StagePlan Stages, int BatchSize, string PatchReason, string BatchReason)
{
    /// <summary>Plans by nnU-Net's rules.</summary>
    /// <param name="spacing">mm along each axis; two for a 2D configuration.</param>
    /// <param name="median">Median size at this spacing along the same axes.</param>
    /// <param name="datasetVoxels">Voxels of all cases at this spacing, in 3D also for a 2D configuration.</param>
    /// <param name="labels">Entries of the data set's labels.</param>
    /// <param name="preset">Reference figures.</param>
    /// <param name="memoryGigabytes">The memory to fill.</param>
    public static PatchPlan For(
        double[] spacing, double[] median, double datasetVoxels, int labels, PlanningPreset preset, double memoryGigabytes)
    {
        var is2D = spacing.Length == 2;
        var referenceBatch = is2D ? 12 : 2;
        var budget = (is2D ? preset.Reference2D : preset.Reference3D) * (memoryGigabytes / preset.MemoryGigabytes);

        // The plain planner compares what a batch of 2 would take; the residual ones compare one sample in 2D and 3D alike.
        var perSample = preset.IsResidual ? 1.0 : 2.0 / referenceBatch;
        var start = InitialPatch(spacing, median);
        var stages = StagePlan.For(spacing, start);
        var estimate = MemoryEstimate.Of(stages, labels, preset);
        var first = stages.Patch;
        var shrunk = 0;
        while (preset.IsResidual ? estimate > budget : estimate / referenceBatch * 2 > budget)
        {
            stages = Shrink(stages, spacing, median);
            if (stages.Patch.Any(side => side < 1))
            {
                throw new ArgumentException(
                    $"No patch of volumes of {FullResolution.Text(median)} voxels of {FullResolution.Text(spacing)} mm fits "
                        + $"{memoryGigabytes:0.######} GB. Plan with more memory, or with another spacing."
                );
            }

            estimate = MemoryEstimate.Of(stages, labels, preset);
            shrunk++;
        }

        var patchReason =
            $"Starts at {FullResolution.Text(start)} voxels: cubic in mm, as large as {(is2D ? "2048 x 2048" : "256 x 256 x 256")} "
            + $"voxels, at most the median size {FullResolution.Text(median)}; "
            + $"{FullResolution.Text(first.Select(side => (double)side))} once every stage divides it. "
            + (
                shrunk == 0
                    ? $"Its feature maps ({estimate * perSample:0.###e0} values) fit {memoryGigabytes:0.##} GB ({budget:0.###e0})."
                    : $"Made smaller {shrunk} times along the axis that is largest against the median size, until its feature maps "
                        + $"({estimate * perSample:0.###e0} values) fit {memoryGigabytes:0.##} GB ({budget:0.###e0})."
            );
        var fits = Math.Round(budget / estimate * referenceBatch);
        var covers = Math.Round(datasetVoxels * preset.BatchCoverage / stages.Patch.Aggregate(1.0, (product, side) => product * side));
        var most = preset.LargestBatch is { } largest ? largest * (is2D ? 6 : 1) : int.MaxValue;
        var batch = (int)Math.Min(Math.Max(Math.Min(fits, covers), 2), most);
        return new(
            stages,
            batch,
            patchReason,
            $"{fits:0} samples fit {memoryGigabytes:0.##} GB; {covers:0} cover {preset.BatchCoverage:P0} of the data set, the most "
                + $"that a batch may; at least 2{(most < int.MaxValue ? $", at most {most}" : "")}."
        );
    }

    private static double[] InitialPatch(double[] spacing, double[] median)
    {
        var inverse = Array.ConvertAll(spacing, step => 1 / step);
        var (voxels, dims) = spacing.Length == 2 ? (Math.Pow(2048, 2), 2.0) : (Math.Pow(256, 3), 3.0);
        var scale = Math.Pow(voxels / inverse.Aggregate(1.0, (product, step) => product * step), 1 / dims);
        return [.. inverse.Select((step, axis) => Math.Min(Math.Round(step * scale), median[axis]))];
    }

    private static StagePlan Shrink(StagePlan stages, double[] spacing, double[] median)
    {
        var axis = 0;
        for (var other = 1; other < median.Length; other++)
        {
            axis = stages.Patch[other] / median[other] >= stages.Patch[axis] / median[axis] ? other : axis;
        }

        // A smaller patch may be divided less often, and is then lowered by a smaller step.
        var patch = Array.ConvertAll(stages.Patch, side => (double)side);
        var trial = patch.ToArray();
        trial[axis] -= stages.Divisor[axis];
        patch[axis] -= StagePlan.For(spacing, trial).Divisor[axis];
        return StagePlan.For(spacing, patch);
    }
}
