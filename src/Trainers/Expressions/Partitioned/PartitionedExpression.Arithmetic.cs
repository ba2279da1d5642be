namespace Microsoft.ML.MedicalSegmentation.Expressions.Partitioned;

/// <content>Sums, differences, products and quotients.</content>
internal sealed partial class PartitionedExpression
{
    private protected override TensorExpression ComputeAdd(TensorExpression other, TensorShape result) =>
        Combined(other, result, (left, right) => left + right);

    private protected override TensorExpression ComputeSubtract(TensorExpression other, TensorShape result) =>
        Combined(other, result, (left, right) => left - right);

    private protected override TensorExpression ComputeMultiply(TensorExpression other, TensorShape result) =>
        Combined(other, result, (left, right) => left * right);

    private protected override TensorExpression ComputeDivide(TensorExpression other, TensorShape result) =>
        Combined(other, result, (left, right) => left / right);

    private protected override TensorExpression ComputeAdd(double number) => Same(value => value + number);

    private protected override TensorExpression ComputeMultiply(double number) => Same(value => value * number);

    private PartitionedExpression Combined(
        TensorExpression other,
        TensorShape result,
        Func<TensorExpression, TensorExpression, TensorExpression> compute
    )
    {
        const string Operation = "An operation element by element";
        var right = Of(other);
        var layout = PartLayout.Joined(_layout, right._layout, result);
        var (first, second) = (DividedFor(layout, Operation), right.DividedFor(layout, Operation));
        return Give(layout, part => compute(first.Part(part), second.Part(part)));
    }
}
