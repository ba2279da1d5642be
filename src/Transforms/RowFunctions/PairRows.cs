using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Reads one volume, and another that says where its grid is or what of it matters.</summary>
internal sealed class ReferencedVolumeInput : InputRow
{
    private Volume? _volume;
    private Volume? _reference;

    [VolumeColumn, ColumnName(ZipStages.Input + "0")]
    public Volume Volume
    {
        get => Required(_volume);
        set => _volume = value;
    }

    [VolumeColumn, ColumnName(ZipStages.Input + "1")]
    public Volume Reference
    {
        get => Required(_reference);
        set => _reference = value;
    }

    public override ColumnKind KindOf(int input) => ColumnKind.Volume;

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
        => Read<Volume>(row, columns[0], value => _volume = value) + Read<Volume>(row, columns[1], value => _reference = value);
}

/// <summary>Reads one label volume, and a volume that says where its grid is or what of it matters.</summary>
internal sealed class ReferencedLabelVolumeInput : InputRow
{
    private LabelVolume? _labels;
    private Volume? _reference;

    [LabelVolumeColumn, ColumnName(ZipStages.Input + "0")]
    public LabelVolume Labels
    {
        get => Required(_labels);
        set => _labels = value;
    }

    [VolumeColumn, ColumnName(ZipStages.Input + "1")]
    public Volume Reference
    {
        get => Required(_reference);
        set => _reference = value;
    }

    public override ColumnKind KindOf(int input) => input == 0 ? ColumnKind.LabelVolume : ColumnKind.Volume;

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
        => Read<LabelVolume>(row, columns[0], value => _labels = value) + Read<Volume>(row, columns[1], value => _reference = value);
}

/// <summary>Reads one label volume, and another that says where to look.</summary>
internal sealed class MaskedLabelVolumeInput : InputRow
{
    private LabelVolume? _labels;
    private LabelVolume? _mask;

    [LabelVolumeColumn, ColumnName(ZipStages.Input + "0")]
    public LabelVolume Labels
    {
        get => Required(_labels);
        set => _labels = value;
    }

    [LabelVolumeColumn, ColumnName(ZipStages.Input + "1")]
    public LabelVolume Mask
    {
        get => Required(_mask);
        set => _mask = value;
    }

    public override ColumnKind KindOf(int input) => ColumnKind.LabelVolume;

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
        => Read<LabelVolume>(row, columns[0], value => _labels = value) + Read<LabelVolume>(row, columns[1], value => _mask = value);
}
