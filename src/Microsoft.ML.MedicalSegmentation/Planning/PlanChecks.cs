namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Finds numbers in a plan that cannot be followed, before anything is computed by them.</summary>
internal static class PlanChecks
{
    private const int LargestSide = 16_384;
    private const int MostFeatures = 16_384;
    private const int MostBlocks = 64;
    private const int MostStages = 12;

    /// <summary>Fails for a plan that cannot be followed.</summary>
    /// <exception cref="InputDataException">Names every fault.</exception>
    public static void Require(SegmentationPlan plan, string name)
    {
        var faults = Faults(plan).Take(20).ToList();
        if (faults.Count > 0)
        {
            throw new InputDataException(
                $"{name} is not a plan that can be followed. {string.Join(" ", faults)} Correct it, or plan again."
            );
        }
    }

    private static IEnumerable<string> Faults(SegmentationPlan plan)
    {
        if (!IsOrder(plan.TransposeForward) || !IsOrder(plan.TransposeBackward)
            || !plan.TransposeForward.Select(axis => plan.TransposeBackward[axis]).SequenceEqual([0, 1, 2]))
        {
            yield return $"The axis orders [{string.Join(", ", plan.TransposeForward)}] and [{string.Join(", ", plan.TransposeBackward)}] "
                + "must be 0, 1 and 2 in some order, and undo each other.";
        }

        if (plan.Configurations.Count == 0)
        {
            yield return "There is no configuration.";
        }

        foreach (var configuration in plan.Configurations)
        {
            foreach (var fault in Faults(configuration).Concat(Faults(configuration.Network)))
            {
                yield return $"Configuration '{configuration.Name}': {fault}";
            }

            if (configuration.PreviousStage is { } previous && plan.Configurations.All(other => other.Name != previous))
            {
                yield return $"Configuration '{configuration.Name}': there is no previous stage '{previous}'.";
            }

            if (
                configuration
                    .Normalization.Index()
                    .FirstOrDefault(channel =>
                        channel.Item.Scheme == NormalizationScheme.CT && channel.Index >= plan.ForegroundIntensities.Count
                    ) is
                { Item: not null } ct
            )
            {
                yield return $"Configuration '{configuration.Name}': channel {ct.Index} is normalised by statistics "
                    + "of the data set, and there are none for it.";
            }
        }
    }

    private static IEnumerable<string> Faults(PlannedConfiguration configuration)
    {
        var dims = configuration.Network.SpatialDims;
        if (configuration.PatchSize.Count != dims || configuration.PatchSize.Any(side => side is < 1 or > LargestSide))
        {
            yield return $"the patch is [{string.Join(", ", configuration.PatchSize)}]; give "
                + $"{dims} whole numbers from 1 to {LargestSide:N0}.";
        }

        if (configuration.Spacing.Count != dims || configuration.Spacing.Any(step => !(step is > 0 and < 1e6)))
        {
            yield return $"the spacing is [{string.Join(", ", configuration.Spacing)}]; give {dims} numbers above 0, in mm.";
        }

        if (configuration.BatchSize < 1)
        {
            yield return $"the batch size is {configuration.BatchSize}; it must be at least 1.";
        }

        if (configuration.Normalization.Count is < 1 or > 1024)
        {
            yield return $"{configuration.Normalization.Count} channels are normalised; there must be 1 to 1,024.";
        }

        foreach (
            var resampling in new[] { configuration.ImageResampling, configuration.LabelResampling, configuration.ProbabilityResampling }
        )
        {
            if (resampling.Order is not (0 or 1 or 3) || resampling.OrderZ is not (0 or 1))
            {
                yield return $"resampling has the orders {resampling.Order} and {resampling.OrderZ} along "
                    + "z; orders are 0, 1 or 3, and 0 or 1 along z.";
            }

            if (resampling.Function is not (PlannedResampling.DefaultFunction or PlannedResampling.TorchFunction))
            {
                yield return $"resampling is by '{resampling.Function}'; known are {PlannedResampling.DefaultFunction} and "
                    + $"{PlannedResampling.TorchFunction}.";
            }
        }
    }

    private static IEnumerable<string> Faults(PlannedNetwork network)
    {
        var stages = network.Strides.Count;
        if (network.SpatialDims is not (2 or 3) || stages is < 1 or > MostStages)
        {
            yield return $"the network has {network.SpatialDims} dimensions and {stages} stages; "
                + $"it must have 2 or 3, and 1 to {MostStages}.";
        }

        if (
            network.Features.Count != stages
            || network.Kernels.Count != stages
            || network.EncoderBlocks.Count != stages
            || network.DecoderConvolutions.Count != stages - 1
        )
        {
            yield return $"{stages} strides, {network.Features.Count} features, {network.Kernels.Count} kernels, "
                + $"{network.EncoderBlocks.Count} encoder and {network.DecoderConvolutions.Count} decoder stages are listed; give one "
                + "of each for every stage, and one decoder stage fewer.";
        }

        if (network.Features.Any(features => features is < 1 or > MostFeatures))
        {
            yield return $"the features are [{string.Join(", ", network.Features)}]; each must be 1 to {MostFeatures:N0}.";
        }

        if (network.EncoderBlocks.Concat(network.DecoderConvolutions).Any(blocks => blocks is < 1 or > MostBlocks))
        {
            yield return $"the blocks of a stage are [{string.Join(", ", network.EncoderBlocks)}] and "
                + $"[{string.Join(", ", network.DecoderConvolutions)}]; each must be 1 to {MostBlocks}.";
        }

        if (network.Kernels.Any(kernel => kernel.Count != network.SpatialDims || kernel.Any(size => size is < 1 or > 31 || size % 2 == 0)))
        {
            yield return "a kernel is not odd, or has another number of axes than the network.";
        }

        if (network.Strides.Any(stride => stride.Count != network.SpatialDims || stride.Any(step => step is < 1 or > 64)))
        {
            yield return "a stride is not 1 to 64, or has another number of axes than the network.";
        }
    }

    private static bool IsOrder(IReadOnlyList<int> axes) => axes.Count == 3 && axes.Order().SequenceEqual([0, 1, 2]);
}
