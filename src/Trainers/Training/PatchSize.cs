using Microsoft.ML.MedicalSegmentation.Checks;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What a network sees at once, in voxels.</summary>
/// <param name="Depth">Along z; 1 for images and for networks that work slice by slice.</param>
/// <param name="Height">Along y.</param>
/// <param name="Width">Along x.</param>
public readonly record struct PatchSize(int Depth, int Height, int Width)
{
    /// <summary>The longest side that a patch gets where its size is left to the trainer.</summary>
    public const int LargestAutomaticSide = 96;

    /// <summary>The patch with the given number of channels.</summary>
    public VolumeShape ToShape(int channels) => new(channels, Depth, Height, Width);

    /// <summary>Sizes as users read them: width x height x depth.</summary>
    public override string ToString() => $"{Width} x {Height} x {Depth}";

    /// <summary>
    /// The smallest patch that a network accepts and that holds volumes of the given size, up to <see cref="LargestAutomaticSide"/>.
    /// </summary>
    internal static PatchSize Around(VolumeShape largest, Network network)
    {
        static long Side(int size) => Math.Min(size, LargestAutomaticSide);
        return network.Options.SpatialDims == 2
            ? FromSides(network.SizeRule.Fit([Side(largest.Height), Side(largest.Width)]))
            : FromSides(network.SizeRule.Fit([Side(largest.Depth), Side(largest.Height), Side(largest.Width)]));
    }

    /// <summary>
    /// Options of a network for a patch: one whose weights depend on the patch is built for it, unless its options name another.
    /// </summary>
    internal static NetworkOptions Given(NetworkOptions network, PatchSize? patch) => network.PatchSize is null && patch is { } given
        ? network with { PatchSize = [.. given.ToSides(network.SpatialDims).Select(side => (int)side)] }
        : network;

    /// <summary>Notes a fault for a side below 1.</summary>
    internal static void AddFaults(OptionFaults faults, string name, PatchSize? size) => faults.Add(
        size is { Depth: < 1 } or { Height: < 1 } or { Width: < 1 }, $"{name} is {size}; every side must be at least 1 voxel.");

    /// <summary>Fails if a network does not accept the patch; the message names one that it accepts.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    internal void Check(Network network)
    {
        if (network.Options.SpatialDims == 2 && Depth != 1)
        {
            throw new ArgumentException(
                $"The patch is {this} voxels, but {network.Description} has 2 spatial axes and sees one slice at a time. "
                + "Use a patch of depth 1, or set SpatialDims of the network to 3.");
        }

        network.SizeRule.Check(network.Description, ToSides(network.Options.SpatialDims));
    }

    /// <summary>[depth, height, width] as networks count them; [height, width] for 2 spatial axes.</summary>
    internal long[] ToSides(int spatialDims) => spatialDims == 2 ? [Height, Width] : [Depth, Height, Width];

    private static PatchSize FromSides(long[] sides) => new(sides.Length == 2 ? 1 : (int)sides[0], (int)sides[^2], (int)sides[^1]);
}
