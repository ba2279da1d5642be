using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// What one must know to run the generator of a synthesis: its channels with their units, its patch, and the volumes it was trained on.
/// </summary>
/// <remarks>The ONNX file holds it too, as JSON under the key <c>medseg.synthesis</c>.</remarks>
public sealed record SynthesisModelInfo : IPatchNetworkInfo
{
    /// <summary>The channels that are synthesised, in the order of the network's outputs.</summary>
    /// <value>At least one.</value>
    public required IReadOnlyList<SynthesisChannel> Targets { get; init; }

    /// <summary>
    /// True where one more output, the last, is the difficulty of each voxel: 0 where the local discriminator takes the result for real, 1
    /// where it does not.
    /// </summary>
    public bool HasDifficulty { get; init; }

    /// <summary>What the network takes at once: source channels, and depth, height and width in voxels.</summary>
    /// <value>Depth 1 for a 2D network.</value>
    public required VolumeShape Patch { get; init; }

    /// <summary>
    /// 3 where the network's input is [N, C, D, H, W], 2 where it is [N, C, H, W] and volumes are synthesised slice by slice.
    /// </summary>
    public int SpatialDimensions { get; init; } = 3;

    /// <summary>Key of the network, such as "unet"; empty where unknown.</summary>
    public string Network { get; init; } = "";

    /// <summary>What the network was built from, as JSON; empty where unknown.</summary>
    public string NetworkOptions { get; init; } = "";

    /// <summary>
    /// Voxel spacing of the training volumes in mm, along the axes x, y, z of <see cref="Orientation"/>; null where unknown.
    /// </summary>
    public Vector3D? Spacing { get; init; }

    /// <summary>Orientation code of the training volumes, such as "RAS"; null where volumes are synthesised as they lie.</summary>
    public string? Orientation { get; init; }

    /// <summary>In words, what was done to the source's intensities before the network saw them; empty where unknown.</summary>
    public string Preprocessing { get; init; } = "";

    /// <summary>How far neighbouring tiles overlap, as a fraction of the patch.</summary>
    /// <value>0 to 0.9; default 0.5.</value>
    public double Overlap { get; init; } = 0.5;

    /// <summary>Version of this library that made the model.</summary>
    public string LibraryVersion { get; init; } = SegmentationModelInfo.OwnVersion;

    /// <summary>Source channels that the network takes.</summary>
    public int InputChannels => Patch.Channels;

    /// <summary>Channels of the network's output, that of the difficulty included.</summary>
    public int OutputChannels => Targets.Count + (HasDifficulty ? 1 : 0);

    /// <summary>Fails if a value is impossible; names every fault at once.</summary>
    /// <exception cref="ArgumentException">A value is impossible.</exception>
    public void Validate() => PatchNetworkFaults.ThrowIfAny(Faults());

    /// <summary>Network, patch, spacing and channels in one line.</summary>
    public override string ToString() =>
        $"{(Network.Length == 0 ? "a generator" : Network)}, patch {Patch}, "
        + $"{(Spacing is { } spacing ? $"{spacing} mm" : "any spacing")}, {Orientation ?? "any orientation"}, synthesises "
        + $"{string.Join(", ", Targets.Select(target => target.Name))}";

    string IPatchNetworkInfo.NameOfOutput(int channel) => channel < Targets.Count ? $"channel '{Targets[channel].Name}'" : "the difficulty";

    private IEnumerable<string> Faults()
    {
        if (Targets.Count == 0)
        {
            yield return "There are no channels to synthesise; at least 1 is needed.";
        }

        foreach (
            var target in Targets.Where(target => !(target.Scale > 0 && double.IsFinite(target.Scale) && double.IsFinite(target.Offset)))
        )
        {
            yield return $"Channel '{target.Name}' has the offset {target.Offset} and the scale {target.Scale}; "
                + "both must be finite, and the scale above 0.";
        }

        foreach (var fault in PatchNetworkFaults.Of(this, Overlap))
        {
            yield return fault;
        }
    }
}
