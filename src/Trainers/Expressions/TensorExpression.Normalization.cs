using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <content>Normalisations. All keep the shape.</content>
public abstract partial class TensorExpression
{
    /// <summary>
    /// [N, C, S] or [N, C]: each channel to mean 0 and variance 1 over the batch, or by the running statistics. ONNX
    /// BatchNormalization (15).
    /// </summary>
    /// <param name="weight">[C], or null for ones.</param>
    /// <param name="bias">[C], or null for zeros.</param>
    /// <param name="runningMean">[C]; updated in training.</param>
    /// <param name="runningVariance">[C]; updated in training.</param>
    /// <param name="training">Whether the batch's own statistics are used. Export demands false.</param>
    /// <param name="momentum">Share of the new batch in the running statistics.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public TensorExpression BatchNorm(
        Tensor? weight, Tensor? bias, Tensor runningMean, Tensor runningVariance, bool training, double momentum, double epsilon)
    {
        ShapeRules.BatchNorm(this, runningMean, training);
        return ComputeBatchNorm(weight, bias, runningMean, runningVariance, training, momentum, epsilon);
    }

    private protected abstract TensorExpression ComputeBatchNorm(
        Tensor? weight, Tensor? bias, Tensor runningMean, Tensor runningVariance, bool training, double momentum, double epsilon);

    /// <summary>[N, C, S]: each channel of each item to mean 0 and variance 1. ONNX InstanceNormalization (6).</summary>
    /// <param name="weight">[C], or null for ones.</param>
    /// <param name="bias">[C], or null for zeros.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public TensorExpression InstanceNorm(Tensor? weight, Tensor? bias, double epsilon)
    {
        ShapeRules.ChannelNorm(this, weight, "instance norm");
        return ComputeInstanceNorm(weight, bias, epsilon);
    }

    private protected abstract TensorExpression ComputeInstanceNorm(Tensor? weight, Tensor? bias, double epsilon);

    /// <summary>
    /// [N, C, S]: each group of channels of each item to mean 0 and variance 1. ONNX InstanceNormalization (6)
    /// between reshapes.
    /// </summary>
    /// <param name="groups">Number of groups; divides C.</param>
    /// <param name="weight">[C], or null for ones.</param>
    /// <param name="bias">[C], or null for zeros.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public TensorExpression GroupNorm(long groups, Tensor? weight, Tensor? bias, double epsilon)
    {
        ShapeRules.GroupNorm(this, groups, weight);
        return ComputeGroupNorm(groups, weight, bias, epsilon);
    }

    private protected abstract TensorExpression ComputeGroupNorm(long groups, Tensor? weight, Tensor? bias, double epsilon);

    /// <summary>The last dimension to mean 0 and variance 1. ONNX LayerNormalization (17).</summary>
    /// <param name="weight">[size of the last dimension].</param>
    /// <param name="bias">[size of the last dimension], or null for zeros.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public TensorExpression LayerNorm(Tensor weight, Tensor? bias, double epsilon)
    {
        ShapeRules.LayerNorm(this, weight);
        return ComputeLayerNorm(weight, bias, epsilon);
    }

    private protected abstract TensorExpression ComputeLayerNorm(Tensor weight, Tensor? bias, double epsilon);

    /// <summary>
    /// Vectors along one dimension to length 1: x / max(|x|, epsilon). ONNX ReduceL2 (18), Clip (13), Div (14).
    /// </summary>
    public TensorExpression Normalize(int dimension, double epsilon = 1e-12) =>
        ComputeNormalize(ShapeRules.Axis(Shape, dimension), epsilon);

    private protected abstract TensorExpression ComputeNormalize(int dimension, double epsilon);
}
