using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Volumes that choose the best epoch: <see cref="SegmentationTrainer.Options.Validation"/>.</summary>
public sealed record ValidationOptions
{
    /// <summary>
    /// Volumes on which Dice is measured after epochs; the best epoch's weights are kept. They have the same columns as the training data.
    /// </summary>
    /// <value>Default: null; the last epoch's weights are kept.</value>
    [JsonIgnore]
    public IDataView? ValidationSet { get; init; }

    /// <summary>Epochs between measurements; the last epoch is always measured.</summary>
    /// <value>At least 1. Default: 1.</value>
    public int Interval { get; init; } = 1;

    /// <summary>Epochs without a better validation Dice after which training stops.</summary>
    /// <value>At least 0; 0 never stops early. Default: 0.</value>
    public int EarlyStoppingPatience { get; init; }

    internal void AddFaults(OptionFaults faults)
    {
        faults.AtLeast("Validation.Interval", Interval, 1);
        faults.AtLeast("Validation.EarlyStoppingPatience", EarlyStoppingPatience, 0);
    }
}
