namespace Microsoft.ML.MedicalSegmentation.Scoring.Models.Folding;

/// <summary>The operations that are folded.</summary>
internal static class FoldedOperations
{
    // A graph that was made to do harm may be a chain as long as its file.
    private const int LargestDepth = 64;

    private static readonly Dictionary<string, Func<GraphNode, IReadOnlyList<FoldedOperand>, FoldedValue?>> All = new()
    {
        ["Add"] = FoldedArithmetic.Of,
        ["Sub"] = FoldedArithmetic.Of,
        ["Mul"] = FoldedArithmetic.Of,
        ["Div"] = FoldedArithmetic.Of,
        ["Concat"] = FoldedConcat.Of,
        ["MatMul"] = FoldedProduct.Of,
        ["Pad"] = FoldedPad.Of,
        ["Reshape"] = FoldedReshape.Of,
        ["Slice"] = FoldedSlice.Of,
        ["Sqrt"] = FoldedSquareRoot.Of,
        ["Transpose"] = FoldedTranspose.Of,
    };

    /// <summary>The result of an operation on such inputs; null where folding does not cover it.</summary>
    public static FoldedValue? Fold(GraphNode node, IReadOnlyList<FoldedOperand> operands) =>
        operands.All(operand => operand.Value is not { Depth: >= LargestDepth })
        && All.GetValueOrDefault(node.Operator)?.Invoke(node, operands) is { Count: > 0 } value
            ? value
            : null;
}
