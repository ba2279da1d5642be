using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What a report holds beside the metrics.</summary>
public sealed record ReportOptions
{
    /// <summary>The heading. Default: "Segmentation report".</summary>
    public string Title { get; init; } = "Segmentation report";

    /// <summary>What was evaluated, in a sentence or two; empty for nothing. Default: empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The cases that may be shown in the viewer. Default: none, and the report has no viewer.</summary>
    public IReadOnlyList<ReportCase> Cases { get; init; } = [];

    /// <summary>Most cases with the lowest Dice in the viewer. Default: 4.</summary>
    public int WorstCases { get; init; } = 4;

    /// <summary>Most cases with the highest Dice in the viewer. Default: 2.</summary>
    public int BestCases { get; init; } = 2;

    /// <summary>
    /// Longest side of a volume in the viewer, in voxels; larger ones are shown at every second voxel, every third, and so on. 16 to 512.
    /// Default: 160.
    /// </summary>
    public int LongestSide { get; init; } = 160;

    /// <summary>Warnings about the inputs by case, such as a spacing that the model was not trained on. Default: none.</summary>
    public IReadOnlyList<(string Case, string Warning)> InputWarnings { get; init; } = [];

    /// <summary>How many inputs were checked; 0 says that none were. Default: 0.</summary>
    public int InputsChecked { get; init; }

    /// <summary>Where the model comes from. Default: null, unknown.</summary>
    public ModelCard? Card { get; init; }

    /// <summary>A comparison with a second model. Default: none.</summary>
    public IReadOnlyList<ModelComparison> Comparison { get; init; } = [];

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    /// <summary>Fails for options that cannot be used; lists all faults.</summary>
    internal void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(WorstCases < 0 || BestCases < 0, $"WorstCases is {WorstCases}, BestCases is {BestCases}; they must be at least 0.");
        faults.Add(LongestSide is < 16 or > 512, $"LongestSide is {LongestSide}; it must be 16 to 512.");
        faults.Add(Cases.DistinctBy(one => one.Name).Count() < Cases.Count, "Two cases of the viewer have one name.");
        faults.ThrowIfAny("the report");
    }
}
