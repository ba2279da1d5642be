using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions;

/// <content>Normalisations.</content>
internal static partial class ShapeRules
{
    public static void BatchNorm(TensorExpression input, Tensor runningMean, bool training)
    {
        var shape = input.Shape;
        CheckNormChannels(shape, runningMean.shape[0], "batch norm");
        if (training && !shape.DependsOnBatch(0) && shape.Dimensions.ToArray().Where((_, axis) => axis != 1).All(size => size == 1))
        {
            throw new ArgumentException(
                $"Batch norm got {shape} in training: one value per channel has no variance. Use a larger batch or a larger patch.");
        }
    }

    public static void ChannelNorm(TensorExpression input, Tensor? weight, string operation)
    {
        if (input.Shape.Rank < 3)
        {
            throw new ArgumentException($"An {operation} got {input.Shape}, which has no spatial sizes. Give [batch, channels, ...].");
        }

        if (weight is not null)
        {
            CheckNormChannels(input.Shape, weight.shape[0], operation);
        }
    }

    public static void GroupNorm(TensorExpression input, long groups, Tensor? weight)
    {
        var channels = Channels(input.Shape);
        if (groups < 1 || channels % groups != 0)
        {
            throw new ArgumentException(
                $"{channels} channels cannot be split into {groups} groups. Use a number of groups that divides them."
            );
        }

        if (weight is not null)
        {
            CheckNormChannels(input.Shape, weight.shape[0], "group norm");
        }
    }

    public static void LayerNorm(TensorExpression input, Tensor weight)
    {
        var size = weight.shape[^1];
        if (weight.shape.Length != 1 || input.Shape[^1] != size)
        {
            throw new ArgumentException(
                $"A layer norm over {size} elements got {input.Shape}. The last dimension must have that size; permute before it.");
        }
    }

    private static void CheckNormChannels(TensorShape shape, long expected, string operation)
    {
        if (Channels(shape) != expected)
        {
            throw new ArgumentException($"The input {shape} has {shape.Channels} channels; this {operation} was built for {expected}.");
        }
    }
}
