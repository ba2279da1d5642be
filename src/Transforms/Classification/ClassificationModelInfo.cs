using System.Text.Json.Serialization;
using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Classification;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// What one must know to score a classification network: its classes, the size of its image, and what is done to images first.
/// </summary>
/// <remarks>Travels in the ONNX file as JSON, under the metadata key <c>medseg.classification</c>.</remarks>
public sealed record ClassificationModelInfo : INetworkInfo
{
    /// <summary>Names of the classes in the order of the network's outputs.</summary>
    /// <value>At least two, all different.</value>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Channels of the image.</summary>
    /// <value>At least 1.</value>
    public required int Channels { get; init; }

    /// <summary>Depth, height and width in voxels to which images are resized; depth 1 for a 2D network.</summary>
    public required IReadOnlyList<int> Size { get; init; }

    /// <summary>3 where the network's input is [N, C, D, H, W], 2 where it is [N, C, H, W].</summary>
    public required int SpatialDimensions { get; init; }

    /// <summary>
    /// True where the label was Boolean: the transformer gives the columns of a binary classifier, and the second class is the positive
    /// one.
    /// </summary>
    public bool IsBinary { get; init; }

    /// <summary>What is done to intensities after resizing.</summary>
    public ClassificationNormalization Normalization { get; init; }

    /// <summary>Mean of each channel, for <see cref="ClassificationNormalization.Dataset"/>; empty otherwise.</summary>
    public IReadOnlyList<double> Means { get; init; } = [];

    /// <summary>Standard deviation of each channel, for <see cref="ClassificationNormalization.Dataset"/>; empty otherwise.</summary>
    public IReadOnlyList<double> Deviations { get; init; } = [];

    /// <summary>
    /// Orientation code to which volumes are turned first, such as "RAS"; null where images are scored as they lie, as 2D networks do.
    /// </summary>
    public string? Orientation { get; init; }

    /// <summary>Key of the network, such as "resnet"; empty where unknown.</summary>
    public string Network { get; init; } = "";

    /// <summary>What the network was built from, as JSON; empty where unknown.</summary>
    public string NetworkOptions { get; init; } = "";

    /// <summary>Version of this library that made the model.</summary>
    public string LibraryVersion { get; init; } = SegmentationModelInfo.OwnVersion;

    /// <summary>What the network takes at once.</summary>
    [JsonIgnore]
    public VolumeShape Shape => new(Channels, Size[0], Size[1], Size[2]);

    /// <summary>The description in an ONNX file.</summary>
    internal static JsonMetadata<ClassificationModelInfo> Metadata { get; } = new("medseg.classification", "classifier");

    /// <summary>Fails if a value is impossible; names every fault at once.</summary>
    /// <exception cref="ArgumentException">A value is impossible.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.Add(Classes.Count < 2, $"There are {Classes.Count} classes; at least 2 are needed.");
        faults.Add(
            Classes.Any(string.IsNullOrEmpty) || Classes.Distinct().Count() < Classes.Count,
            $"The classes are {string.Join(", ", Classes)}; each needs a name of its own."
        );
        faults.Add(IsBinary && Classes.Count != 2, $"A binary classifier has 2 classes; there are {Classes.Count}.");
        faults.AtLeast(nameof(Channels), Channels, 1);
        faults.Require(SpatialDimensions is 2 or 3, nameof(SpatialDimensions), SpatialDimensions, "2 or 3");
        faults.Add(
            Size.Count != 3 || Size.Any(side => side is < 1 or > ImagePreparation.LongestSide) || (SpatialDimensions == 2 && Size[0] != 1),
            $"Size is [{string.Join(", ", Size)}]; give depth, height and width from 1 to "
                + $"{ImagePreparation.LongestSide}, depth 1 for a 2D network."
        );
        faults.Require(
            Enum.IsDefined(Normalization),
            nameof(Normalization),
            Normalization,
            string.Join(", ", Enum.GetNames<ClassificationNormalization>())
        );
        var counted = Normalization == ClassificationNormalization.Dataset ? Channels : 0;
        faults.Add(
            Means.Count != counted
                || Deviations.Count != counted
                || !Means.All(double.IsFinite)
                || !Deviations.All(deviation => deviation >= 0 && double.IsFinite(deviation)),
            $"Means has {Means.Count} and Deviations {Deviations.Count} numbers for {counted} channels; "
                + "each must be finite, and no deviation below 0."
        );
        faults.ThrowIfAny("a classification model");
    }

    /// <summary>Network, size and classes in one line.</summary>
    public override string ToString()
        => $"{(Network.Length == 0 ? "a network" : Network)}, images of {Shape}, classes {string.Join(", ", Classes)}";
}
