namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>nnU-Net's estimate of the memory of a training sample: the values of all feature maps of a U-Net.</summary>
internal static class MemoryEstimate
{
    private static readonly int[] ResidualBlocks = [1, 3, 4];

    /// <summary>Residual blocks (1, 3, 4, 6, 6, ...) or convolutions (2) of a stage of the encoder.</summary>
    public static int EncoderBlocks(bool isResidual, int stage)
        => !isResidual ? 2 : stage < ResidualBlocks.Length ? ResidualBlocks[stage] : 6;

    /// <summary>Convolutions of a stage of the decoder.</summary>
    public static int DecoderConvolutions(bool isResidual) => isResidual ? 1 : 2;

    /// <summary>Channels of a stage: the width, doubled at every stage, up to 320 in 3D and 512 in 2D.</summary>
    public static int Features(int width, int stage, int spatialDims) =>
        (int)Math.Min((long)width << Math.Min(stage, 20), spatialDims == 2 ? 512 : 320);

    /// <summary>Counts the values of all feature maps of one sample.</summary>
    /// <param name="stages">Strides and patch.</param>
    /// <param name="labels">Entries of the data set's labels.</param>
    /// <param name="preset">Form and width of the network.</param>
    public static double Of(StagePlan stages, int labels, PlanningPreset preset)
    {
        var (isResidual, width) = (preset.IsResidual, preset.Width);
        var size = stages.Patch.Select(side => (long)side).ToArray();
        var dims = size.Length;
        var voxels = new double[stages.Strides.Length];
        var values = isResidual ? (double)Features(width, 0, dims) * Product(size) : 0;
        for (var stage = 0; stage < voxels.Length; stage++)
        {
            for (var axis = 0; axis < dims; axis++)
            {
                size[axis] /= stages.Strides[stage][axis];
            }

            voxels[stage] = Product(size);
            var features = Features(width, stage, dims);
            var convolutions = EncoderBlocks(isResidual, stage) * (isResidual ? 2 : 1);
            var isNew = features != Features(width, Math.Max(stage - 1, 0), dims) || stages.Strides[stage].Any(step => step != 1);
            values += (convolutions + (isResidual && isNew ? 1 : 0)) * features * voxels[stage];
        }

        for (var stage = 0; stage < voxels.Length - 1; stage++)
        {
            values += (double)(DecoderConvolutions(isResidual) + 1) * Features(width, stage, dims) * voxels[stage];
        }

        // The outputs belong to the decoder; a single stage has none.
        return voxels.Length > 1 ? values + (labels * voxels[0]) : values;
    }

    private static double Product(long[] size) => size.Aggregate(1.0, (product, side) => product * side);
}
