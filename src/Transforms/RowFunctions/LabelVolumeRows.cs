using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Reads one label volume.</summary>
internal sealed class LabelVolumeInput : InputRow
{
    private LabelVolume? _labels;

    [LabelVolumeColumn, ColumnName(ZipStages.Input + "0")]
    public LabelVolume Labels
    {
        get => Required(_labels);
        set => _labels = value;
    }

    public override ColumnKind KindOf(int input) => ColumnKind.LabelVolume;

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
        => Read<LabelVolume>(row, columns[0], value => _labels = value);
}

/// <summary>Gives one label volume.</summary>
internal sealed class LabelVolumeOutput : OutputRow
{
    private LabelVolume? _labels;

    [LabelVolumeColumn, ColumnName(ZipStages.Output + "0")]
    public LabelVolume Labels
    {
        get => Computed(_labels);
        set => _labels = value;
    }

    public override ColumnKind KindOf(int output) => ColumnKind.LabelVolume;

    public override Delegate Getter(int output, Action refresh) => Serve(refresh, () => Labels);
}

/// <summary>Gives one label volume and, where the transformer names a second output, a volume such as class probabilities.</summary>
internal sealed class LabelAndVolumeOutput : OutputRow
{
    private LabelVolume? _labels;
    private Volume? _volume;

    [LabelVolumeColumn, ColumnName(ZipStages.Output + "0")]
    public LabelVolume Labels
    {
        get => Computed(_labels);
        set => _labels = value;
    }

    [VolumeColumn, ColumnName(ZipStages.Output + "1")]
    public Volume Volume
    {
        get => Computed(_volume);
        set => _volume = value;
    }

    public override ColumnKind KindOf(int output) => output == 0 ? ColumnKind.LabelVolume : ColumnKind.Volume;

    public override Delegate Getter(int output, Action refresh)
        => output == 0 ? Serve(refresh, () => Labels) : Serve(refresh, () => Volume);
}
