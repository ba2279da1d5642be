using Microsoft.ML.MedicalSegmentation.PostProcessing;
using Microsoft.ML.MedicalSegmentation.Spatial.Components;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Keeps the largest connected region and sets the rest to background: of all foreground together, or of each of some classes.
/// </summary>
/// <remarks>As nnU-Net. Of regions of equal size the first in memory order stays.</remarks>
public sealed record KeepLargestComponent : PostProcessingStep
{
    /// <summary>Label values whose largest region each stays. Default: empty, all foreground is one structure.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <summary>Which voxels are neighbours. Default: faces, as nnU-Net.</summary>
    public VoxelConnectivity Connectivity { get; init; } = VoxelConnectivity.Faces;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() => StepFaults.Of(Labels, Connectivity);

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private protected override void Apply(LabelBuffer labels)
    {
        var groups = Labels.Count == 0 ? LabelGroups.Foreground : LabelGroups.EachOf(Labels.Contains);
        var regions = labels.Find(Connectivity, groups);
        var largest = new Dictionary<int, int>();
        for (var i = 0; i < regions.All.Length; i++)
        {
            var group = regions.All[i].Group;
            if (!largest.TryGetValue(group, out var best) || regions.All[i].Voxels > regions.All[best].Voxels)
            {
                largest[group] = i;
            }
        }

        labels.Paint(regions, i => largest[regions.All[i].Group] == i ? null : 0);
    }
}
