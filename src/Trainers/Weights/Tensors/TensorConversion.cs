using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Weights.Tensors;

/// <summary>From tensors of torch to tensors of files, and back.</summary>
internal static class TensorConversion
{
    /// <summary>A copy of a weight: int64 as such, all others as float32.</summary>
    public static WeightTensor ToWeight(this Tensor tensor, string name)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var isWhole = tensor.dtype == torch.ScalarType.Int64;
        var values = tensor.detach().to(isWhole ? torch.ScalarType.Int64 : torch.ScalarType.Float32).cpu().contiguous().bytes.ToArray();
        return new(name, isWhole ? WeightType.Int64 : WeightType.Float32, tensor.shape, values);
    }

    /// <summary>Writes the numbers of a file over a weight of the same sizes, wherever it is.</summary>
    public static void Assign(this Tensor target, WeightTensor source)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        target.copy_(target.dtype == torch.ScalarType.Int64
            ? torch.tensor(source.ToInt64(), [.. source.Shape])
            : torch.tensor(source.ToSingle(), [.. source.Shape]));
    }
}
