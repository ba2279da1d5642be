using Microsoft.ML.MedicalSegmentation.Checks;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What is written at the end of training: <see cref="SegmentationTrainer.Options.Export"/>.</summary>
public sealed record ExportOptions
{
    /// <summary>What the exported model sees at once; larger volumes are scored in overlapping tiles of this size.</summary>
    /// <value>Voxels. Default: null, the training patch.</value>
    public PatchSize? ScoringPatchSize { get; init; }

    /// <summary>
    /// File for the kept weights, to resume from or for PyTorch: safetensors if the name ends in .safetensors, else TorchSharp's format.
    /// </summary>
    /// <value>Default: null, none; the model itself does not need it.</value>
    public string? WeightsPath { get; init; }

    /// <summary>What was done to intensities before the trainer, in words; written into the model for its users.</summary>
    /// <value>Default: empty.</value>
    public string Preprocessing { get; init; } = "";

    internal void AddFaults(OptionFaults faults)
    {
        PatchSize.AddFaults(faults, "Export.ScoringPatchSize", ScoringPatchSize);
        faults.AddFile("Export.WeightsPath", WeightsPath);
    }
}
