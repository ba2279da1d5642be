namespace Microsoft.ML.MedicalSegmentation;

/// <content>Sums, differences, products and quotients.</content>
public sealed partial class OnnxValue
{
    private protected override Value ComputeAdd(Value other, ValueShape result) => Give(result, "Add", [Name, NameOf(other)]);

    private protected override Value ComputeSubtract(Value other, ValueShape result) => Give(result, "Sub", [Name, NameOf(other)]);

    private protected override Value ComputeMultiply(Value other, ValueShape result) => Give(result, "Mul", [Name, NameOf(other)]);

    private protected override Value ComputeDivide(Value other, ValueShape result) => Give(result, "Div", [Name, NameOf(other)]);

    private protected override Value ComputeAdd(double number) => Give(Shape, "Add", [Name, _graph.Constant(number)]);

    private protected override Value ComputeMultiply(double number) => Give(Shape, "Mul", [Name, _graph.Constant(number)]);
}
