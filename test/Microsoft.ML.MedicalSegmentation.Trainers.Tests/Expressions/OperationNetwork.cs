using Microsoft.ML.MedicalSegmentation.Layers;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;
using Parameter = TorchSharp.Modules.Parameter;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <summary>A single operation as a network, so that it can be computed and exported.</summary>
/// <param name="imageShape">[N, C, ...].</param>
/// <param name="parameters">Parameters of the operation.</param>
/// <param name="buffers">Buffers of the operation.</param>
/// <param name="compute">The operation, given the image, the parameters and the buffers.</param>
internal sealed class OperationNetwork(
    long[] imageShape,
    Parameter[] parameters,
    torch.Tensor[] buffers,
    Func<TensorExpression, Parameter[], torch.Tensor[], TensorExpression> compute
) : Network(new PlainOptions { SpatialDims = imageShape.Length - 2, InputChannels = (int)imageShape[1] })
{
    public long[] ImageShape => imageShape;

    private readonly Held[] weights = [.. parameters.Select(parameter => new Held(parameter))];
    private readonly Held[] statistics = [.. buffers.Select(buffer => new Held(buffer))];

    public override string Description => "operation";

    public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf([.. imageShape[2..].Select(_ => 1L)]);

    public override TensorExpression Forward(TensorExpression image) => compute(
        image, [.. weights.Select(held => (Parameter)held.Tensor)], [.. statistics.Select(held => held.Tensor)]);

    private sealed class Held(torch.Tensor tensor) : Layer
    {
        private readonly torch.Tensor tensor = tensor;

        public torch.Tensor Tensor => tensor;
    }
}
