using Microsoft.ML.MedicalSegmentation.PostProcessing;
using Microsoft.ML.MedicalSegmentation.Spatial.Components;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Gives regions of a class that touch no voxel of certain other classes another label: tumours away from their organ.</summary>
public sealed record RemoveDetached : PostProcessingStep
{
    /// <summary>Label value of the regions that are looked at.</summary>
    public required int Label { get; init; }

    /// <summary>Label values of which each region must touch at least one voxel.</summary>
    public required IReadOnlyList<int> From { get; init; }

    /// <summary>Label value that other regions get. Default: 0, background.</summary>
    public int Replacement { get; init; }

    /// <summary>Which voxels are neighbours, within a region and across its border. Default: corners.</summary>
    public VoxelConnectivity Connectivity { get; init; } = VoxelConnectivity.Corners;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        foreach (var fault in StepFaults.Of([Label], Connectivity))
        {
            yield return fault;
        }

        if (From is null or [] || From.Contains(Label) || From.Any(label => label is < 1 or > LabelClass.MaximumValue))
        {
            yield return $"From is {(From is null ? "null" : $"[{string.Join(", ", From)}]")}; it needs labels from 1 to "
                + $"{LabelClass.MaximumValue} other than Label.";
        }

        if (Replacement == Label || Replacement is < 0 or > LabelClass.MaximumValue)
        {
            yield return $"Replacement is {Replacement}; it must be from 0 to {LabelClass.MaximumValue}, and another than Label.";
        }
    }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private protected override void Apply(LabelBuffer labels)
    {
        // A region of all these labels that holds another one than Label connects each of its parts with one.
        var together = labels.Find(Connectivity, LabelGroups.Of(value => value == Label || From.Contains(value)));
        var isAttached = labels.HoldOtherThan(Label, together);
        labels.Paint(together, i => isAttached[i] ? null : Replacement, only: Label);
    }
}
