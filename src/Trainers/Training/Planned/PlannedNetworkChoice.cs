using Microsoft.ML.MedicalSegmentation.Import.NnUNet;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace Microsoft.ML.MedicalSegmentation.Training.Planned;

/// <summary>The network that is trained by a plan, with its patch and batch.</summary>
/// <param name="Options">The network.</param>
/// <param name="Patch">Voxels along the plan's axes.</param>
/// <param name="BatchSize">Patches per step.</param>
internal sealed record PlannedNetworkChoice(NetworkOptions Options, PatchSize Patch, int BatchSize)
{
    /// <summary>The plan's U-Net or the options' own network, and the smallest patch that it accepts and that holds the plan's.</summary>
    /// <param name="options">May name a network, a patch and a batch.</param>
    /// <param name="configuration">Of the plan.</param>
    /// <param name="masks">Input channels beside those of the image: labels of a stage before.</param>
    /// <param name="outputs">Classes or regions.</param>
    public static PlannedNetworkChoice Of(
        PlannedSegmentationTrainer.Options options,
        PlannedConfiguration configuration,
        int masks,
        int outputs
    )
    {
        var dims = configuration.Network.SpatialDims;
        var wanted =
            options.PatchSize ?? new(dims == 2 ? 1 : configuration.PatchSize[0], configuration.PatchSize[^2], configuration.PatchSize[^1]);
        long[] sides = wanted.ToSides(dims);
        var network = options.Network is { } own
            ? OfPatch(own with { SpatialDims = dims }, sides)
            : Planned(options, configuration, configuration.Normalization.Count + masks, outputs);
        var faults = network.AllFaults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The network does not suit the configuration {configuration.Name}: {string.Join(" ", faults)}");
        }

        using var built = network.CreateNetwork();
        if (options.PatchSize is { } given)
        {
            given.Check(built);
        }

        var fitting = built.SizeRule.Fit(sides);
        return new(
            network,
            new(dims == 2 ? 1 : (int)fitting[0], (int)fitting[^2], (int)fitting[^1]),
            options.BatchSize ?? configuration.BatchSize
        );
    }

    private static UNetOptions Planned(
        PlannedSegmentationTrainer.Options options,
        PlannedConfiguration configuration,
        int inputs,
        int outputs
    )
    {
        var network = NnUNetNetwork.OptionsOf(configuration, inputs, outputs);
        return options.AdaptNetwork?.Invoke(network) ?? network;
    }

    // Weights of some networks depend on the patch; those take the plan's where they can.
    private static NetworkOptions OfPatch(NetworkOptions network, long[] sides)
    {
        var sized = network with { PatchSize = [.. sides.Select(side => (int)side)] };
        return network.PatchSize is null && !sized.AllFaults().Any() ? sized : network;
    }
}
