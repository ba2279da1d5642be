using Microsoft.ML.MedicalSegmentation.Data.Cases;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>What planned training adds to plain training.</summary>
internal sealed record CaseSteps
{
    /// <summary>What is done to each case before it is kept.</summary>
    public required Func<TrainingRow, (Volume Image, LabelVolume Labels)> Prepare { get; init; }

    /// <summary>How many channels of prepared images, the last ones, are masks of a stage before.</summary>
    public int MaskChannels { get; init; }

    /// <summary>The column of labels of a stage before; null where there is none.</summary>
    public string? PreviousColumn { get; init; }

    /// <summary>What the outputs of the network are; null for classes.</summary>
    public RegionMap? Regions { get; init; }
}
