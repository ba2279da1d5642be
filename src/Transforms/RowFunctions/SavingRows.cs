using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Reads the texts that name a row's file.</summary>
internal abstract class NamedFileInput : InputRow
{
    [ColumnName(ZipStages.Input + "1")]
    public VBuffer<ReadOnlyMemory<char>> Texts { get; set; }

    /// <summary>The texts as strings.</summary>
    public string[] ToStrings() => [.. Texts.DenseValues().Select(text => text.ToString())];

    public override IEnumerable<IEstimator<ITransformer>> Route(MLContext context, IReadOnlyList<string> columns) =>
        [
            context.Transforms.CopyColumns(ZipStages.InputName(0), columns[0]),
            context.Transforms.Concatenate(ZipStages.InputName(1), [.. columns.Skip(1)]),
        ];
}

/// <summary>Reads a volume and the texts that name its file.</summary>
internal sealed class VolumeAndTextsInput : NamedFileInput
{
    private Volume? _volume;

    [VolumeColumn, ColumnName(ZipStages.Input + "0")]
    public Volume Volume
    {
        get => Required(_volume);
        set => _volume = value;
    }

    public override ColumnKind KindOf(int input) => input == 0 ? ColumnKind.Volume : ColumnKind.Text;

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
        => Read<Volume>(row, columns[0], value => _volume = value) + ReadTexts(row, columns.Skip(1), texts => Texts = texts);
}

/// <summary>Reads a label volume and the texts that name its file.</summary>
internal sealed class LabelVolumeAndTextsInput : NamedFileInput
{
    private LabelVolume? _labels;

    [LabelVolumeColumn, ColumnName(ZipStages.Input + "0")]
    public LabelVolume Labels
    {
        get => Required(_labels);
        set => _labels = value;
    }

    public override ColumnKind KindOf(int input) => input == 0 ? ColumnKind.LabelVolume : ColumnKind.Text;

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
        => Read<LabelVolume>(row, columns[0], value => _labels = value) + ReadTexts(row, columns.Skip(1), texts => Texts = texts);
}

/// <summary>Gives one text.</summary>
internal sealed class TextOutput : OutputRow
{
    [ColumnName(ZipStages.Output + "0")]
    public ReadOnlyMemory<char> Text { get; set; }

    public override ColumnKind KindOf(int output) => ColumnKind.Text;

    public override Delegate Getter(int output, Action refresh) => Serve(refresh, () => Text);
}
