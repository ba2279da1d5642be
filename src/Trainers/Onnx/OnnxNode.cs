namespace Microsoft.ML.MedicalSegmentation;

/// <summary>One operator of a graph. Attribute values are long, double, string or long[].</summary>
internal sealed record OnnxNode(
    string Operator, string[] Inputs, string Output, IReadOnlyList<(string Name, object Value)> Attributes);
