using Microsoft.ML.MedicalSegmentation.PostProcessing;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Smooths surfaces: each voxel gets the label that is most frequent around it.</summary>
/// <remarks>
/// A majority filter over the voxels whose centres lie within <see cref="Radius"/>, the voxel itself included; beyond the edge of the
/// volume there are none. Of labels that are equally frequent the voxel's own stays, or the smallest one wins. Structures thinner than the
/// radius disappear. Takes a second copy of the labels while it runs.
/// </remarks>
public sealed record SmoothLabels : PostProcessingStep
{
    /// <summary>The most voxels, along an axis, that a radius may span in each direction.</summary>
    private const int LargestReach = 15;

    /// <summary>How far the neighbours of a voxel lie at most, in mm. Below the spacing along an axis there are none along it.</summary>
    /// <value>Above 0; at most 15 voxels along each axis.</value>
    public required double Radius { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (!(Radius > 0) || !double.IsFinite(Radius))
        {
            yield return $"Radius is {Radius} mm; it must be above 0.";
        }
    }

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);

    private protected override void Apply(LabelBuffer labels)
    {
        var filter = MajorityFilter.Of(Radius, labels.Spacing);
        if (filter.Reach > LargestReach)
        {
            throw new ArgumentException(
                $"SmoothLabels: a radius of {Radius} mm spans {filter.Reach} voxels of {labels.Spacing}; at most {LargestReach} are taken. "
                    + "Use a smaller radius."
            );
        }

        labels.Smooth(filter);
    }
}
