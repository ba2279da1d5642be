using System.Reflection;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What one must know to score a segmentation network: its classes, its patch, and the voxels it was trained on.</summary>
/// <remarks>Travels inside the ONNX file; <see cref="SegmentationModelMetadata"/> defines how.</remarks>
public sealed record SegmentationModelInfo : IPatchNetworkInfo
{
    /// <summary>Classes in the order of the network's output channels.</summary>
    /// <value>At least two, with distinct values; the background, value 0, is usually the first.</value>
    public required IReadOnlyList<LabelClass> Classes { get; init; }

    /// <summary>What the network takes at once: image channels, and depth, height and width in voxels.</summary>
    /// <value>Depth 1 for a 2D network.</value>
    public required VolumeShape Patch { get; init; }

    /// <summary>3 where the network's input is [N, C, D, H, W], 2 where it is [N, C, H, W] and volumes are scored slice by slice.</summary>
    public int SpatialDimensions { get; init; } = 3;

    /// <summary>What turns the output into probabilities.</summary>
    public OutputActivation Activation { get; init; } = OutputActivation.Softmax;

    /// <summary>Key of the network, such as "attention-unet"; empty where unknown.</summary>
    public string Network { get; init; } = "";

    /// <summary>What the network was built from, as JSON, so that it can be built again from its weights; empty where unknown.</summary>
    public string NetworkOptions { get; init; } = "";

    /// <summary>
    /// Voxel spacing of the training volumes in mm, along the axes x, y, z of <see cref="Orientation"/>; null where unknown.
    /// </summary>
    public Vector3D? Spacing { get; init; }

    /// <summary>Orientation code of the training volumes, such as "RAS"; null where volumes are scored as they lie.</summary>
    public string? Orientation { get; init; }

    /// <summary>In words, what was done to the intensities before the network saw them; empty where unknown.</summary>
    public string Preprocessing { get; init; } = "";

    /// <summary>How far the network sees, for <see cref="ScoringTiling.Exact"/>; null where unknown.</summary>
    public NetworkReach? Reach { get; init; }

    /// <summary>How far neighbouring tiles overlap, as a fraction of the patch.</summary>
    /// <value>0 to 0.9; default 0.5.</value>
    public double Overlap { get; init; } = 0.5;

    /// <summary>Version of this library that made the model.</summary>
    public string LibraryVersion { get; init; } = OwnVersion;

    /// <summary>Image channels that the network takes.</summary>
    public int InputChannels => Patch.Channels;

    /// <summary>Channels of the network's output.</summary>
    public int OutputChannels => Activation == OutputActivation.Sigmoid ? 1 : Classes.Count;

    /// <summary>Fails if a value is impossible; names every fault at once.</summary>
    /// <exception cref="ArgumentException">A value is impossible.</exception>
    public void Validate() => PatchNetworkFaults.ThrowIfAny(Faults());

    /// <summary>Network, patch, spacing and classes in one line.</summary>
    public override string ToString() =>
        $"{(Network.Length == 0 ? "a network" : Network)}, patch {Patch}, "
        + $"{(Spacing is { } spacing ? $"{spacing} mm" : "any spacing")}, {Orientation ?? "any orientation"}, classes "
        + $"{string.Join(", ", Classes.Select(c => $"{c.Value} {c.Name}"))}";

    string IPatchNetworkInfo.NameOfOutput(int channel) => $"class '{Classes[channel].Name}'";

    private IEnumerable<string> Faults()
    {
        if (Classes.Count < 2)
        {
            yield return $"There are {Classes.Count} classes; at least 2 are needed, the background among them.";
        }

        foreach (var group in Classes.GroupBy(c => c.Value).Where(g => g.Count() > 1))
        {
            yield return $"Label value {group.Key} stands for several classes "
                + $"({string.Join(", ", group.Select(c => c.Name))}); values must differ.";
        }

        foreach (var c in Classes.Where(c => c.Value is < 0 or > LabelClass.MaximumValue))
        {
            yield return $"Class '{c.Name}' has value {c.Value}; values are 0 to {LabelClass.MaximumValue}.";
        }

        foreach (var fault in PatchNetworkFaults.Of(this, Overlap))
        {
            yield return fault;
        }

        if (!Enum.IsDefined(Activation))
        {
            yield return $"The output activation {Activation} is unknown; use {string.Join(", ", Enum.GetNames<OutputActivation>())}.";
        }
        else if (Activation == OutputActivation.Sigmoid && Classes.Count != 2)
        {
            yield return $"The output activation is Sigmoid, which tells 2 classes apart, but there are {Classes.Count}; use Softmax.";
        }

        foreach (var fault in Reach?.Faults() ?? [])
        {
            yield return fault;
        }
    }

    // The assembly version stays what it is, so that model zips load in later versions; this one counts.
    internal static string OwnVersion { get; } = typeof(SegmentationModelInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
}
