using Microsoft.ML.MedicalSegmentation.Expressions;
using TorchSharp;
using Parameter = TorchSharp.Modules.Parameter;
using Tensor = TorchSharp.torch.Tensor;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>Batch normalisation of any number of axes, with running statistics for evaluation.</summary>
/// <param name="channels">Number of channels.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="momentum">Share of a new batch in the running statistics.</param>
/// <remarks>Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167.</remarks>
public sealed class BatchNorm(long channels, double epsilon = 1e-5, double momentum = 0.1) : Layer
{
    private readonly Parameter weight = WeightInitializer.Constant(1, channels);
    private readonly Parameter bias = WeightInitializer.Constant(0, channels);
    private readonly Tensor running_mean = WeightInitializer.Buffer(0, channels);
    private readonly Tensor running_var = WeightInitializer.Buffer(1, channels);
    private readonly Tensor num_batches_tracked = WeightInitializer.Buffer([0L]);

    /// <summary>[N, channels, S] or [N, channels] -> the same.</summary>
    /// <exception cref="ArgumentException">The channels differ, or there is one value per channel in training.</exception>
    public TensorExpression Forward(TensorExpression input)
    {
        var normal = input.BatchNorm(weight, bias, running_mean, running_var, training, momentum, epsilon);
        if (training)
        {
            using var scope = torch.NewDisposeScope();
            num_batches_tracked.add_(One, One);
        }

        return normal;
    }
}
