using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What one must know to run a pre-trained encoder: its patch, and the volumes it was trained on.</summary>
/// <remarks>The ONNX file holds it too, as JSON under the key <c>medseg.embedding</c>.</remarks>
public sealed record EncoderModelInfo : IPatchNetworkInfo
{
    private const int MostFeatures = 1 << 16;

    /// <summary>Numbers of an embedding: the channels of the encoder's deepest features.</summary>
    /// <value>At least 1.</value>
    public required int Features { get; init; }

    /// <summary>Channels of the images.</summary>
    /// <value>At least 1.</value>
    public required int Channels { get; init; }

    /// <summary>Depth, height and width in voxels of what the encoder takes at once; depth 1 for a 2D network.</summary>
    public required IReadOnlyList<int> Size { get; init; }

    /// <summary>
    /// 3 where the network's input is [N, C, D, H, W], 2 where it is [N, C, H, W] and volumes are embedded slice by slice.
    /// </summary>
    public required int SpatialDimensions { get; init; }

    /// <summary>
    /// Median spacing of the training volumes in mm, along the axes x, y, z of <see cref="Orientation"/>; null where unknown.
    /// </summary>
    public IReadOnlyList<double>? Spacing { get; init; }

    /// <summary>Orientation code of the training volumes, such as "RAS"; null where volumes are embedded as they lie.</summary>
    public string? Orientation { get; init; }

    /// <summary>Key of the network, such as "unet"; empty where unknown.</summary>
    public string Network { get; init; } = "";

    /// <summary>What the network was built from, as JSON; empty where unknown.</summary>
    public string NetworkOptions { get; init; } = "";

    /// <summary>Version of this library that made the model.</summary>
    public string LibraryVersion { get; init; } = SegmentationModelInfo.OwnVersion;

    /// <summary>What the network takes at once.</summary>
    [JsonIgnore]
    public VolumeShape Patch => new(Channels, Size[0], Size[1], Size[2]);

    /// <summary>The description in an ONNX file.</summary>
    internal static JsonMetadata<EncoderModelInfo> Metadata { get; } = new("medseg.embedding", "encoder");

    int IPatchNetworkInfo.InputChannels => Channels;

    int IPatchNetworkInfo.OutputChannels => Features;

    Vector3D? IPatchNetworkInfo.Spacing => Spacing is [var x, var y, var z] ? new(x, y, z) : null;

    string IPatchNetworkInfo.Preprocessing => "";

    /// <summary>Fails if a value is impossible; names every fault at once.</summary>
    /// <exception cref="ArgumentException">A value is impossible.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Require(Features is >= 1 and <= MostFeatures, nameof(Features), Features, $"from 1 to {MostFeatures}");
        faults.AtLeast(nameof(Channels), Channels, 1);
        faults.Require(SpatialDimensions is 2 or 3, nameof(SpatialDimensions), SpatialDimensions, "2 or 3");
        faults.Add(
            Size.Count != 3 || Size.Any(side => side < 1) || (SpatialDimensions == 2 && Size[0] != 1),
            $"Size is [{string.Join(", ", Size)}]; give depth, height and width of at least 1, depth 1 for a 2D network."
        );
        faults.Add(
            Spacing is not null && (Spacing.Count != 3 || Spacing.Any(side => !(side > 0 && double.IsFinite(side)))),
            $"Spacing is [{string.Join(", ", Spacing ?? [])}]; give three numbers above 0."
        );
        faults.AddAll(PatchNetworkFaults.OfOrientation(Orientation));
        faults.ThrowIfAny("an encoder");
    }

    /// <summary>Network, patch and length of the embedding in one line.</summary>
    public override string ToString()
        => $"encoder of {(Network.Length == 0 ? "a network" : Network)}, patch {Patch}, embeddings of {Features} numbers";

    string IPatchNetworkInfo.NameOfOutput(int channel) => $"feature {channel}";
}
