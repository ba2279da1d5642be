using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

/// <summary>Reads one volume.</summary>
internal class VolumeInput : InputRow
{
    private Volume? _volume;

    [VolumeColumn, ColumnName(ZipStages.Input + "0")]
    public Volume Volume
    {
        get => Required(_volume);
        set => _volume = value;
    }

    public override ColumnKind KindOf(int input) => ColumnKind.Volume;

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
        => Read<Volume>(row, columns[0], value => _volume = value);
}

/// <summary>Reads one volume; in loaded models also the bulk data of the function.</summary>
internal sealed class VolumeAndBlobsInput : VolumeInput
{
    /// <summary>The text of the bulk data.</summary>
    [ColumnName(ZipStages.Blobs)]
    public ReadOnlyMemory<char> Blobs { get; set; }

    public override ReadOnlyMemory<char> BlobsOf() => Blobs;
}

/// <summary>Reads one volume, and a label volume that says where to look.</summary>
internal sealed class MaskedVolumeInput : InputRow
{
    private Volume? _volume;
    private LabelVolume? _mask;

    [VolumeColumn, ColumnName(ZipStages.Input + "0")]
    public Volume Volume
    {
        get => Required(_volume);
        set => _volume = value;
    }

    [LabelVolumeColumn, ColumnName(ZipStages.Input + "1")]
    public LabelVolume Mask
    {
        get => Required(_mask);
        set => _mask = value;
    }

    public override ColumnKind KindOf(int input) => input == 0 ? ColumnKind.Volume : ColumnKind.LabelVolume;

    public override Action Bind(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
        => Read<Volume>(row, columns[0], value => _volume = value) + Read<LabelVolume>(row, columns[1], value => _mask = value);
}

/// <summary>Gives one volume.</summary>
internal sealed class VolumeOutput : OutputRow
{
    private Volume? _volume;

    [VolumeColumn, ColumnName(ZipStages.Output + "0")]
    public Volume Volume
    {
        get => Computed(_volume);
        set => _volume = value;
    }

    public override ColumnKind KindOf(int output) => ColumnKind.Volume;

    public override Delegate Getter(int output, Action refresh) => Serve(refresh, () => Volume);
}
