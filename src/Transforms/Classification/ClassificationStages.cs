using Microsoft.ML.MedicalSegmentation.RowFunctions;

namespace Microsoft.ML.MedicalSegmentation.Classification;

/// <summary>
/// Stock stages of a saved classifier that turn its texts into a key with the classes as values, and a vector of known length.
/// </summary>
internal static class ClassificationStages
{
    public static IEnumerable<IEstimator<ITransformer>> Of(MLContext context, IReadOnlyList<string> classes)
    {
        var names = context.Data.LoadFromEnumerable(classes.Select(name => new ClassRow { Name = name }));
        return
        [
            context.Transforms.Conversion.MapValueToKey($"{ZipStages.Output}0", ClassificationOutput.NameColumn, keyData: names),
            .. VectorText.Stages(
                context,
                $"{ZipStages.Output}1",
                ClassificationOutput.TextColumn,
                classes.Count,
                ClassificationOutput.TextLength
            ),
        ];
    }

    private sealed class ClassRow
    {
        public string Name { get; set; } = "";
    }
}
