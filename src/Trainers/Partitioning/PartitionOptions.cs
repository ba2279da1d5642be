using System.Text.RegularExpressions;
using Microsoft.ML.MedicalSegmentation.Checks;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Training by parts of the patch, each on a device of its own: <see cref="SegmentationTrainer.Options.Partition"/>.</summary>
/// <remarks>
/// For patches whose features do not fit into the memory of one device. Every part holds its share of all features and the halos that
/// convolutions read from the parts around. Predictions, losses, gradients and weights are those of training without parts, up to rounding.
/// Attention over all positions brings keys and values together on each part; <see cref="MaximumGathered"/> limits that.
/// Hou et al. 2019, https://arxiv.org/abs/1909.03108.
/// </remarks>
public sealed partial record PartitionOptions
{
    private const int MaximumParts = 512;

    /// <summary>Parts along depth, height and width (2D: height, width); one number serves all axes.</summary>
    /// <value>At least 1 each, at most 512 in all. Default: 2 along each axis.</value>
    public IReadOnlyList<int> Parts { get; init; } = [2];

    /// <summary>The devices: part i is on device i, or i modulo their number. The first one holds the weights.</summary>
    /// <value>Names such as "cpu", "cuda" and "cuda:1". Default: empty, all parts on the training's device.</value>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>The most numbers that a part may bring together from all others, as products over all positions need it.</summary>
    /// <value>At least 1. Default: 2^26, 256 MiB.</value>
    public long MaximumGathered { get; init; } = 1L << 26;

    internal int[] PartsFor(int spatialDims) => Parts.Count == 1 ? [.. Enumerable.Repeat(Parts[0], spatialDims)] : [.. Parts];

    internal IReadOnlyList<torch.Device> DevicesOr(torch.Device device) =>
        Devices.Count == 0 ? [device] : [.. Devices.Select(name => torch.device(name))];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{string.Join(" x ", Parts)} parts on {(Devices.Count == 0 ? "one device" : string.Join(", ", Devices))}";

    internal void AddFaults(OptionFaults faults, int spatialDims)
    {
        var parts = PartsFor(spatialDims);
        faults.Add(
            Parts.Count != 1 && Parts.Count != spatialDims,
            $"Partition.Parts has {Parts.Count} numbers; give one, or {spatialDims} for a network with {spatialDims} spatial axes."
        );
        faults.Add(
            parts.Any(count => count < 1) || parts.Aggregate(1L, (product, count) => product * count) > MaximumParts,
            $"Partition.Parts is {string.Join(" x ", Parts)}; each must be at least 1, and there may be {MaximumParts} in all."
        );
        faults.AddAll(
            Devices
                .Where(device => !DeviceName().IsMatch(device))
                .Select(device => $"Partition.Devices names '{device}'; use names such as cpu, cuda and cuda:1.")
        );
        faults.AtLeast("Partition.MaximumGathered", MaximumGathered, 1);
    }

    [GeneratedRegex("^(cpu|cuda(:[0-9]{1,3})?)$")]
    private static partial Regex DeviceName();
}
