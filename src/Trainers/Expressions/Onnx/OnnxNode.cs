namespace Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

/// <summary>One operator of a graph. Attribute values are long, double, string or long[].</summary>
internal sealed record OnnxNode(
    string Operator, string[] Inputs, string Output, IReadOnlyList<(string Name, object Value)> Attributes)
{
    /// <summary>The value of an attribute, or null.</summary>
    public object? Attribute(string name) => Attributes.FirstOrDefault(attribute => attribute.Name == name).Value;
}
