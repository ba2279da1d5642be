namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>A planner of nnU-Net: the form of U-Net that it plans, the memory, and the reference figures.</summary>
/// <remarks>
/// Isensee et al. 2021, nnU-Net, https://doi.org/10.1038/s41592-020-01008-z (default), and Isensee et al. 2024, nnU-Net Revisited,
/// https://arxiv.org/abs/2404.09556 (residual encoders).
/// </remarks>
public sealed record PlanningPreset
{
    /// <summary>nnU-Net's first planner: a plain U-Net for 8 GB.</summary>
    public static PlanningPreset Default { get; } = new()
    {
        Name = "default",
        Planner = "ExperimentPlanner",
        PlansName = "nnUNetPlans",
        MemoryGigabytes = 8,
        Reference3D = 560_000_000,
        Reference2D = 85_000_000,
        BatchCoverage = 0.05,
    };

    /// <summary>Residual encoder for about 8 GB.</summary>
    public static PlanningPreset ResEncM { get; } = new()
    {
        Name = "resenc-m",
        Planner = "nnUNetPlannerResEncM",
        PlansName = "nnUNetResEncUNetMPlans",
        MemoryGigabytes = 8,
        Reference3D = 680_000_000,
        Reference2D = 135_000_000,
        BatchCoverage = 1,
        IsResidual = true,
    };

    /// <summary>Residual encoder for about 24 GB.</summary>
    public static PlanningPreset ResEncL { get; } = ResEncM with
    {
        Name = "resenc-l",
        Planner = "nnUNetPlannerResEncL",
        PlansName = "nnUNetResEncUNetLPlans",
        MemoryGigabytes = 24,
        Reference3D = 2_100_000_000,
        Reference2D = 380_000_000,
    };

    /// <summary>Residual encoder for about 40 GB.</summary>
    public static PlanningPreset ResEncXL { get; } = ResEncM with
    {
        Name = "resenc-xl",
        Planner = "nnUNetPlannerResEncXL",
        PlansName = "nnUNetResEncUNetXLPlans",
        MemoryGigabytes = 40,
        Reference3D = 3_600_000_000,
        Reference2D = 560_000_000,
    };

    /// <summary>
    /// A plain U-Net for training on a processor: half of the default's channels, patches for 2 GB, and small batches, as a processor
    /// computes larger ones no faster. Not one of nnU-Net's.
    /// </summary>
    public static PlanningPreset Processor { get; } = Default with
    {
        Name = "processor",
        Planner = "ProcessorPlanner",
        PlansName = "medsegProcessorPlans",
        MemoryGigabytes = 2,
        Reference3D = 140_000_000,
        Reference2D = 21_250_000,
        Width = 16,
        LargestBatch = 4,
    };

    /// <summary>Every preset.</summary>
    public static IReadOnlyList<PlanningPreset> All { get; } = [Default, ResEncM, ResEncL, ResEncXL, Processor];

    /// <summary>Its name on the command line, such as "resenc-m".</summary>
    public required string Name { get; init; }

    /// <summary>nnU-Net's name of the planner.</summary>
    public required string Planner { get; init; }

    /// <summary>nnU-Net's name of the plans.</summary>
    public required string PlansName { get; init; }

    /// <summary>GPU memory in GB that the reference figures belong to, and that is planned for unless another is given.</summary>
    public required double MemoryGigabytes { get; init; }

    /// <summary>Feature-map values of one 3D sample at which a batch of 2 fills that memory.</summary>
    public required double Reference3D { get; init; }

    /// <summary>Feature-map values of one 2D sample at which a batch of 12 fills that memory.</summary>
    public required double Reference2D { get; init; }

    /// <summary>The largest part of all voxels of the data set that one batch may cover, 0 to 1.</summary>
    public required double BatchCoverage { get; init; }

    /// <summary>Channels of the first stage; each further one has twice those of the stage before, up to 320 in 3D and 512 in 2D.</summary>
    public int Width { get; init; } = 32;

    /// <summary>The most samples of a 3D training step; a 2D step has up to six times as many. Null for no limit.</summary>
    public int? LargestBatch { get; init; }

    /// <summary>True for a residual encoder.</summary>
    public bool IsResidual { get; init; }

    /// <summary>The preset of a name; upper and lower case are the same.</summary>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static PlanningPreset Find(string name)
        => All.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"There is no preset '{name}'. Presets: {string.Join(", ", All.Select(preset => preset.Name))}.", nameof(name));
}
