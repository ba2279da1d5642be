namespace Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

/// <summary>Linear interpolation along one axis as a matrix.</summary>
internal static class LinearInterpolation
{
    /// <summary>[to, from]: the weights of the inputs in each output.</summary>
    public static double[,] Matrix(long from, long to, bool alignCorners)
    {
        var weights = new double[to, from];
        for (long at = 0; at < to; at++)
        {
            var place = alignCorners
                ? to > 1 ? at * (from - 1.0) / (to - 1) : 0
                : Math.Max(0, ((at + 0.5) * from / to) - 0.5);
            var first = Math.Min((long)place, from - 1);
            var second = Math.Min(first + 1, from - 1);
            weights[at, first] += 1 - (place - first);
            weights[at, second] += place - first;
        }

        return weights;
    }
}
