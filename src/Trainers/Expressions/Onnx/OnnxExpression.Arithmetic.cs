namespace Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

/// <content>Sums, differences, products and quotients.</content>
internal sealed partial class OnnxExpression
{
    private protected override TensorExpression ComputeAdd(TensorExpression other, TensorShape result) =>
        Give(result, "Add", [Name, NameOf(other)]);

    private protected override TensorExpression ComputeSubtract(TensorExpression other, TensorShape result) =>
        Give(result, "Sub", [Name, NameOf(other)]);

    private protected override TensorExpression ComputeMultiply(TensorExpression other, TensorShape result) =>
        Give(result, "Mul", [Name, NameOf(other)]);

    private protected override TensorExpression ComputeDivide(TensorExpression other, TensorShape result) =>
        Give(result, "Div", [Name, NameOf(other)]);

    private protected override TensorExpression ComputeAdd(double number) => Give(Shape, "Add", [Name, _graph.Constant(number)]);

    private protected override TensorExpression ComputeMultiply(double number) => Give(Shape, "Mul", [Name, _graph.Constant(number)]);
}
