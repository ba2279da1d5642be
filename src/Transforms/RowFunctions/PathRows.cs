using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Reads the texts, such as file paths, of any number of columns.</summary>
internal sealed class PathsInput : InputRow
{
    [ColumnName(ZipStages.Input + "0")]
    public VBuffer<ReadOnlyMemory<char>> Paths { get; set; }

    public override ColumnKind KindOf(int input) => ColumnKind.Texts;

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
        => ReadTexts(row, columns, texts => Paths = texts);

    public override IEnumerable<IEstimator<ITransformer>> Route(MLContext context, IReadOnlyList<string> columns)
        => [context.Transforms.Concatenate(ZipStages.InputName(0), [.. columns])];

    /// <summary>The texts as strings.</summary>
    public string[] ToStrings() => [.. Paths.DenseValues().Select(text => text.ToString())];
}
