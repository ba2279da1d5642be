using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Losses;

/// <summary>What each voxel counts: the weight of its class, and nothing where its label is the ignored one.</summary>
/// <param name="Index">[N, 1, spatial axes]: class indices, 0 if the label is ignored.</param>
/// <param name="Weight">[N, spatial axes]: at least 0.</param>
internal readonly record struct VoxelWeights(Tensor Index, Tensor Weight)
{
    /// <summary>The weights of a batch.</summary>
    /// <param name="logits">[N, K, spatial axes].</param>
    /// <param name="labels">[N, spatial axes], int64.</param>
    /// <param name="classWeights">One per class; null for equal weights.</param>
    /// <param name="ignoreIndex">Class index of voxels that are left out; null for none.</param>
    /// <exception cref="ArgumentException">The number of class weights is not the number of classes.</exception>
    public static VoxelWeights Of(Tensor logits, Tensor labels, IReadOnlyList<double>? classWeights, int? ignoreIndex)
    {
        var index = labels;
        var weight = ones(labels.shape, logits.dtype, logits.device);
        if (ignoreIndex is { } ignored)
        {
            index = labels.masked_fill(labels.eq(Number(ignored)), Number(0));
            weight = labels.ne(Number(ignored)).to_type(logits.dtype);
        }

        if (classWeights is not null)
        {
            if (classWeights.Count != logits.shape[1])
            {
                throw new ArgumentException(
                    $"There are {classWeights.Count} class weights for {logits.shape[1]} "
                        + "classes. Give one per class, the background first.",
                    nameof(classWeights));
            }

            var perClass = tensor(classWeights.Select(w => (float)w).ToArray(), logits.dtype, logits.device);
            weight = weight * perClass.index_select(0, index.flatten()).view(labels.shape);
        }

        return new VoxelWeights(index.unsqueeze(1), weight);
    }
}
