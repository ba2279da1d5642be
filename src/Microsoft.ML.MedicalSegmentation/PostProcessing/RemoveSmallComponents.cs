using Microsoft.ML.MedicalSegmentation.PostProcessing;
using Microsoft.ML.MedicalSegmentation.Spatial.Components;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Sets connected regions below a volume to background.</summary>
public sealed record RemoveSmallComponents : PostProcessingStep
{
    /// <summary>Smallest volume that stays, in mm³; above 0.</summary>
    public required double MinimumVolume { get; init; }

    /// <summary>Label values whose regions are looked at. Default: empty, each label.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <summary>Which voxels are neighbours. Default: corners.</summary>
    public VoxelConnectivity Connectivity { get; init; } = VoxelConnectivity.Corners;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() => MinimumVolume > 0 && double.IsFinite(MinimumVolume)
        ? StepFaults.Of(Labels, Connectivity)
        : [.. StepFaults.Of(Labels, Connectivity), $"MinimumVolume is {MinimumVolume} mm³; it must be above 0."];

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private protected override void Apply(LabelBuffer labels)
    {
        var regions = labels.Find(Connectivity, Labels.Count == 0 ? LabelGroups.EachLabel : LabelGroups.EachOf(Labels.Contains));

        // A thousandth of a voxel, as spacings are read in single precision.
        var smallest = (MinimumVolume / labels.VoxelVolume) - 0.001;
        labels.Paint(regions, i => regions.All[i].Voxels < smallest ? 0 : null);
    }
}
