using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>
/// Stock stages of a saved classifier that turn its texts into a key with the classes as values, and a vector of known length.
/// </summary>
internal static class ClassificationStages
{
    private const string IndexColumn = "__medseg.index";

    public static IEnumerable<IEstimator<ITransformer>> Of(MLContext context, IReadOnlyList<string> classes)
    {
        var names = context.Data.LoadFromEnumerable(classes.Select(name => new ClassRow { Name = name }));
        yield return context.Transforms.Conversion.MapValueToKey($"{ZipStages.Output}0", ClassificationOutput.NameColumn, keyData: names);

        // MapValue gives every row the numbers 0, 1, ... as a vector of known length; the expression reads the number at each of these
        // places of the text.
        yield return context.Transforms.Conversion.MapValue(
            IndexColumn, [KeyValuePair.Create(KeyContract.Value, Enumerable.Range(0, classes.Count).ToArray())], ZipStages.Key);
        yield return context.Transforms.Expression(
            $"{ZipStages.Output}1",
            $"(i, t) : single(mid(t, i * {ClassificationOutput.TextLength}, i * {ClassificationOutput.TextLength} + {ClassificationOutput.TextLength}))",
            IndexColumn,
            ClassificationOutput.TextColumn);
    }

    private sealed class ClassRow
    {
        public string Name { get; set; } = "";
    }
}
