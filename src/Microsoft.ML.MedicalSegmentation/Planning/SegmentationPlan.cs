using Microsoft.ML.MedicalSegmentation.Datasets;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>How a network is trained for a data set: resolution, preprocessing, patch, network and batch, each with its reason.</summary>
/// <remarks>
/// The rules and the numbers are those of nnU-Net 2 (Isensee et al. 2021, https://doi.org/10.1038/s41592-020-01008-z), whose
/// nnUNetPlans.json is read and written.
/// </remarks>
public sealed record SegmentationPlan
{
    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private const string CurrentSchema = "medseg-plan/1";

    /// <summary>Name and version of the JSON form.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>Name of the data set.</summary>
    public required string Dataset { get; init; }

    /// <summary>nnU-Net's name of the plans.</summary>
    public required string PlansName { get; init; }

    /// <summary>nnU-Net's name of the planner.</summary>
    public required string Planner { get; init; }

    /// <summary>nnU-Net's name of the image reader.</summary>
    public required string Reader { get; init; }

    /// <summary>Median spacing of the data, mm, in the plan's axis order.</summary>
    public required IReadOnlyList<double> MedianSpacing { get; init; }

    /// <summary>Median size of the data after cropping, voxels, in the plan's axis order.</summary>
    public required IReadOnlyList<int> MedianShape { get; init; }

    /// <summary>The array axis (0 z, 1 y, 2 x) that becomes each axis of the plan; the first is the one of coarsest spacing.</summary>
    public required IReadOnlyList<int> TransposeForward { get; init; }

    /// <summary>The plan's axis that each array axis came to; undoes <see cref="TransposeForward"/>.</summary>
    public required IReadOnlyList<int> TransposeBackward { get; init; }

    /// <summary>The ways to train.</summary>
    public required IReadOnlyList<PlannedConfiguration> Configurations { get; init; }

    /// <summary>Statistics of each channel at labelled voxels, for <see cref="NormalizationScheme.CT"/>.</summary>
    public required IReadOnlyList<IntensityStatistics> ForegroundIntensities { get; init; }

    /// <summary>What was decided, and why; empty for plans of nnU-Net, which keep no reasons.</summary>
    public IReadOnlyList<PlanDecision> Decisions { get; init; } = [];

    /// <summary>The configuration of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public PlannedConfiguration Configuration(string name) =>
        Configurations.FirstOrDefault(configuration => configuration.Name == name)
        ?? throw new ArgumentException(
            $"The plan has no configuration '{name}'. It has "
                + $"{string.Join(", ", Configurations.Select(configuration => configuration.Name))}.",
            nameof(name)
        );

    /// <summary>Reads a plan: of this library, or nnU-Net's nnUNetPlans.json (2.0 and later).</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InputDataException">The file is something else; names every fault.</exception>
    public static SegmentationPlan Load(string path) => FromJson(PlanJson.ReadText(path), path);

    /// <summary>Reads a plan from JSON, of this library or of nnU-Net.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InputDataException">The text is something else; names every fault.</exception>
    public static SegmentationPlan FromJson(string json, string name = "The text")
    {
        if (PlansReader.Claims(json, name))
        {
            return PlansReader.Read(json, name);
        }

        var plan = ReportJson.Read<SegmentationPlan>(json, name, "plan");
        if (plan.Schema != CurrentSchema)
        {
            throw new InputDataException(
                $"{name} has the schema '{plan.Schema}'; this version reads '{CurrentSchema}' and "
                    + "nnU-Net's plans. Plan again with this version."
            );
        }

        PlanChecks.Require(plan, name);
        return plan;
    }

    /// <summary>Writes the plan as JSON; the file is whole or absent.</summary>
    public void Save(string path) => PlanJson.Save(path, ToJson());

    /// <summary>Writes nnU-Net's nnUNetPlans.json, without reasons; the file is whole or absent.</summary>
    public void SaveNnUNet(string path) => PlanJson.Save(path, ToNnUNetJson());

    /// <summary>The plan as JSON.</summary>
    public string ToJson() => ReportJson.Write(this);

    /// <summary>The plan as nnU-Net's nnUNetPlans.json.</summary>
    public string ToNnUNetJson() => PlansWriter.Write(this);
}
