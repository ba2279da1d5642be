using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Losses;

/// <summary>A loss that is a function of sums over voxels, so that an image can be taken part by part.</summary>
internal interface IAdditiveLoss
{
    /// <summary>Whether it is; a form of a loss may not be.</summary>
    bool IsAdditive => true;

    /// <summary>The sums over the voxels of a part.</summary>
    /// <param name="logits">[N, K, spatial axes].</param>
    /// <param name="labels">[N, spatial axes], int64.</param>
    Tensor[] Sums(Tensor logits, Tensor labels);

    /// <summary>The loss, from the sums over all voxels.</summary>
    Tensor FromSums(IReadOnlyList<Tensor> sums);
}
