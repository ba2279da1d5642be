using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Import.NnUNet;

/// <summary>What is taken from a model folder of nnU-Net, and how it is run.</summary>
public sealed record NnUNetImportOptions
{
    /// <summary>The defaults.</summary>
    public static NnUNetImportOptions Default { get; } = new();

    /// <summary>Folds whose networks are averaged: numbers, or "all" for the one that was trained on every case.</summary>
    /// <value>Default: empty, every numbered fold that there is, or "all" where there is none.</value>
    public IReadOnlyList<string> Folds { get; init; } = [];

    /// <summary>Whether tiles are mirrored along the axes that the checkpoint allows; eight times the work in 3D.</summary>
    /// <value>Default: true, as nnU-Net.</value>
    public bool Mirroring { get; init; } = true;

    /// <summary>The same for the stage before, of a cascade. nnU-Net predicts it in a run of its own.</summary>
    /// <value>Default: true. Ignored by models without a cascade.</value>
    public bool PreviousStageMirroring { get; init; } = true;

    /// <summary>Model folder of the stage before, of a cascade.</summary>
    /// <value>Default: the folder beside the model's that has the same trainer and plans.</value>
    public string? PreviousStageFolder { get; init; }

    /// <summary>Name of the checkpoint in each fold's folder.</summary>
    /// <value>Default: "checkpoint_final.pth".</value>
    public string CheckpointName { get; init; } = "checkpoint_final.pth";

    /// <summary>nnU-Net's postprocessing.pkl or postprocessing.json, whose steps predicted labels then go through.</summary>
    /// <value>Default: null, none; nnU-Net's predictor applies it only on request too.</value>
    public string? PostProcessingPath { get; init; }

    /// <summary>The column of probabilities that scoring adds, one channel per output.</summary>
    /// <value>Default: null, none.</value>
    public string? ProbabilitiesColumnName { get; init; }

    /// <summary>Fails for options that cannot be followed.</summary>
    /// <exception cref="ArgumentException">Names every fault.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(
            Folds.Any(fold => fold != "all" && (!int.TryParse(fold, out var number) || number < 0))
                || Folds.Distinct().Count() != Folds.Count,
            $"{nameof(Folds)} is [{string.Join(", ", Folds)}]; give numbers from 0, or \"all\", each once."
        );
        faults.Add(
            string.IsNullOrWhiteSpace(CheckpointName) || CheckpointName != Path.GetFileName(CheckpointName),
            $"{nameof(CheckpointName)} is '{CheckpointName}'; give the name of a file, such as checkpoint_final.pth.");
        faults.ThrowIfAny("the import");
    }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
