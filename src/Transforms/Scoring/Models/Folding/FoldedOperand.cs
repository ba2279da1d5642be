namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>An input of an operation that is folded: a value of float32, or an initializer of int64.</summary>
/// <param name="Value">The value; null for int64.</param>
/// <param name="Numbers">The numbers of an initializer of int64; null for float32.</param>
internal readonly record struct FoldedOperand(FoldedValue? Value, long[]? Numbers);
