using Microsoft.ML.MedicalSegmentation.PostProcessing;
using Microsoft.ML.MedicalSegmentation.Spatial.Components;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Gives background that a class encloses to that class; other classes within it stay.</summary>
/// <remarks>
/// A hole is a region outside the class, of 6 (in one slice 4) neighbours, that does not reach the edge of the volume; of one slice, the
/// edge of the slice. As scipy.ndimage.binary_fill_holes, class by class in ascending order.
/// </remarks>
public sealed record FillHoles : PostProcessingStep
{
    /// <summary>Label values whose holes are filled. Default: empty, each label.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() => StepFaults.Of(Labels, VoxelConnectivity.Faces);

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private protected override void Apply(LabelBuffer labels)
    {
        foreach (var label in Labels.Count == 0 ? labels.Labels() : [.. labels.Labels().Intersect(Labels)])
        {
            var outside = labels.Find(VoxelConnectivity.Faces, LabelGroups.Of(value => value != label));
            labels.Paint(outside, i => outside.All[i].TouchesEdge(labels.Shape) ? null : label, only: 0);
        }
    }
}
