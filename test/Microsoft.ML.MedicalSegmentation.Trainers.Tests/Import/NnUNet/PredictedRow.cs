using Microsoft.ML.Data;

namespace Microsoft.ML.MedicalSegmentation.Import.NnUNet;

/// <summary>The files of a case, one for each channel.</summary>
internal sealed class ChannelPaths
{
    public string[] ImagePath { get; set; } = [];

    /// <summary>The schema of rows with so many channels.</summary>
    public static SchemaDefinition Schema(int channels)
    {
        var schema = SchemaDefinition.Create(typeof(ChannelPaths));
        schema[nameof(ImagePath)].ColumnType = new VectorDataViewType(TextDataViewType.Instance, channels);
        return schema;
    }
}

/// <summary>The file of a case of one channel.</summary>
internal sealed class OneChannelPath
{
    public string ImagePath { get; set; } = "";
}

/// <summary>What an imported model gives without probabilities.</summary>
internal sealed class LabelledRow
{
    [LabelVolumeColumn]
    public LabelVolume PredictedLabel { get; set; } = null!;
}

/// <summary>What an imported model gives.</summary>
internal sealed class PredictedRow
{
    [LabelVolumeColumn]
    public LabelVolume PredictedLabel { get; set; } = null!;

    [VolumeColumn]
    public Volume Probabilities { get; set; } = null!;
}
