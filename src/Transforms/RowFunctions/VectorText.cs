using System.Globalization;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>
/// A vector as one text with a place of fixed length for each number. A contract of a loaded model cannot give vectors whose length depends
/// on the model; stock stages make one of the text.
/// </summary>
internal static class VectorText
{
    /// <summary>Characters of one number that may be negative.</summary>
    public const int Signed = 16;

    private const string IndexColumn = "__medseg.index";

    /// <summary>The text of numbers of any sign, which is exact: nine significant digits tell all of single precision apart.</summary>
    public static ReadOnlyMemory<char> Of(IEnumerable<float> values) =>
        string.Concat(
                values.Select(value =>
                    value.ToString(float.IsNegative(value) ? "E8" : "E9", CultureInfo.InvariantCulture)))
            .AsMemory();

    /// <summary>
    /// Stages from the text to the vector: every row gets the numbers 0, 1, ... as a vector of known length, and the expression reads the
    /// number at each of these places.
    /// </summary>
    /// <param name="context">Makes the stages.</param>
    /// <param name="output">The column of the vector.</param>
    /// <param name="text">The column of the text.</param>
    /// <param name="count">Numbers of the vector.</param>
    /// <param name="length">Characters of one number.</param>
    public static IEnumerable<IEstimator<ITransformer>> Stages(MLContext context, string output, string text, int count, int length)
    {
        yield return context.Transforms.Conversion.MapValue(
            IndexColumn,
            [KeyValuePair.Create(KeyContract.Value, Enumerable.Range(0, count).ToArray())],
            ZipStages.Key
        );
        yield return context.Transforms.Expression(
            output,
            $"(i, t) : single(mid(t, i * {length}, i * {length} + {length}))",
            IndexColumn,
            text
        );
    }
}
