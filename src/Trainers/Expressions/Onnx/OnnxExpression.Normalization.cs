using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

/// <content>Normalisations.</content>
internal sealed partial class OnnxExpression
{
    private protected override TensorExpression ComputeBatchNorm(
        Tensor? weight, Tensor? bias, Tensor runningMean, Tensor runningVariance, bool training, double momentum, double epsilon) =>
        training
            ? throw Training("batch norm")
            : Give(
                Shape,
                "BatchNormalization",
                [Name, .. Affine(weight, bias, runningMean.shape[0]), _graph.Parameter(runningMean), _graph.Parameter(runningVariance)],
                ("epsilon", epsilon));

    // ONNX Runtime's InstanceNormalization adds all positions of a channel one after the other in single precision, which costs a digit,
    // and takes longer than these nodes on processors. Means along one axis after the other keep it.
    private protected override TensorExpression ComputeInstanceNorm(Tensor? weight, Tensor? bias, double epsilon)
    {
        string Mean(string values, string first = "ReduceMean") =>
            Enumerable
                .Range(2, Shape.Rank - 2)
                .Reverse()
                .Aggregate(
                    values,
                    (mean, axis) =>
                        _graph.Add(axis == Shape.Rank - 1 ? first : "ReduceMean", [mean, _graph.Constant([(long)axis])], ("keepdims", 1L))
                );
        var centered = _graph.Add("Sub", [Name, Mean(Name)]);
        var variance = _graph.Add("Mul", [Mean(centered, "ReduceSumSquare"), _graph.Constant(1.0 / Shape[Shape.Rank - 1])]);
        var deviation = _graph.Add("Sqrt", [_graph.Add("Add", [variance, _graph.Constant(epsilon)])]);
        var affine = Array.ConvertAll(Affine(weight, bias, Shape.Channels), vector => PerChannel(vector, Shape.Channels));
        return Give(Shape, "Add", [_graph.Add("Mul", [centered, _graph.Add("Div", [affine[0], deviation])]), affine[1]]);
    }

    private protected override TensorExpression ComputeGroupNorm(long groups, Tensor? weight, Tensor? bias, double epsilon)
    {
        // One instance per group: [N, C, S] -> [N, groups, everything else], and back. A 0 keeps the batch.
        var grouped = _graph.Add("Reshape", [Name, _graph.Constant([0, groups, -1])]);
        var normal = _graph.Add(
            "InstanceNormalization", [grouped, _graph.Filled(groups, 1), _graph.Filled(groups, 0)], ("epsilon", epsilon));
        var name = _graph.Add("Reshape", [normal, Sizes(Shape)]);
        if (weight is not null)
        {
            name = _graph.Add("Mul", [name, PerChannel(_graph.Parameter(weight), Shape.Channels)]);
        }

        if (bias is not null)
        {
            name = _graph.Add("Add", [name, PerChannel(_graph.Parameter(bias), Shape.Channels)]);
        }

        return new OnnxExpression(_graph, name, Shape);
    }

    private protected override TensorExpression ComputeLayerNorm(Tensor weight, Tensor? bias, double epsilon) =>
        Give(Shape, "LayerNormalization", Inputs(weight, bias), ("axis", -1L), ("epsilon", epsilon));

    private protected override TensorExpression ComputeNormalize(int dimension, double epsilon)
    {
        var length = _graph.Add("ReduceL2", [Name, _graph.Constant([dimension])], ("keepdims", 1L));
        var atLeast = _graph.Add("Clip", [length, _graph.Constant(epsilon)]);
        return Give(Shape, "Div", [Name, atLeast]);
    }

    private string[] Affine(Tensor? weight, Tensor? bias, long channels) =>
    [
        weight is null ? _graph.Filled(channels, 1) : _graph.Parameter(weight),
        bias is null ? _graph.Filled(channels, 0) : _graph.Parameter(bias),
    ];
}
