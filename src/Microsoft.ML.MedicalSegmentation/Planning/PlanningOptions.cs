using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>How a training is planned.</summary>
public sealed record PlanningOptions
{
    /// <summary>The defaults.</summary>
    public static PlanningOptions Default { get; } = new();

    /// <summary>The form of U-Net that is planned, and its reference figures.</summary>
    /// <value>Default: <see cref="PlanningPreset.Default"/>, the plain U-Net.</value>
    public PlanningPreset Preset { get; init; } = PlanningPreset.Default;

    /// <summary>GPU memory to plan for, in GB of 2^30 bytes. Patch and batch grow with it.</summary>
    /// <value>Above 0, at most 4,096. Default: that of the preset.</value>
    public double? MemoryGigabytes { get; init; }

    /// <summary>Voxel spacing to train at, in mm along z, y and x; replaces the spacing that the data suggest.</summary>
    /// <value>Three numbers above 0. Default: null.</value>
    public IReadOnlyList<double>? Spacing { get; init; }

    /// <summary>nnU-Net's name of the plans, which its files and folders carry.</summary>
    /// <value>Default: that of the preset.</value>
    public string? PlansName { get; init; }

    /// <summary>Fails for options that cannot be followed.</summary>
    /// <exception cref="ArgumentException">Names every option that is out of its range.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(
            MemoryGigabytes is { } memory && !(memory is > 0 and <= 4096),
            $"{nameof(MemoryGigabytes)} is {MemoryGigabytes}; it must be above 0 and at most 4,096.");
        faults.Add(
            Spacing is not null && (Spacing.Count != 3 || !Spacing.All(step => step > 0 && double.IsFinite(step))),
            $"{nameof(Spacing)} is [{string.Join(", ", Spacing ?? [])}]; give three numbers above 0: mm along z, y and x.");
        faults.Add(
            PlansName is not null && (PlansName.Length == 0 || PlansName.AsSpan().ContainsAny('/', '\\')),
            $"{nameof(PlansName)} is '{PlansName}'; it names files, so it must not be empty or hold a slash.");
        faults.ThrowIfAny("planning");
    }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
