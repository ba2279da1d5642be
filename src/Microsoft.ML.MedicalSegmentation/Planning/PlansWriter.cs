using System.Text.Json.Nodes;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Writes nnUNetPlans.json, as nnU-Net 2.3 and later have it.</summary>
internal static class PlansWriter
{
    public static string Write(SegmentationPlan plan)
    {
        var configurations = new JsonObject();
        foreach (var configuration in plan.Configurations)
        {
            configurations[configuration.Name] =
                configuration.InheritsFrom is { } parent
                && plan.Configurations.FirstOrDefault(other => other.Name == parent) is { } inherited
                    ? WriteDifference(configuration, inherited)
                    : Write(configuration);
        }

        return PlanJson.Text(new JsonObject
        {
            ["dataset_name"] = plan.Dataset,
            ["plans_name"] = plan.PlansName,
            ["original_median_spacing_after_transp"] = PlanJson.Floats(plan.MedianSpacing),
            ["original_median_shape_after_transp"] = PlanJson.Integers(plan.MedianShape),
            ["image_reader_writer"] = plan.Reader,
            ["transpose_forward"] = PlanJson.Integers(plan.TransposeForward),
            ["transpose_backward"] = PlanJson.Integers(plan.TransposeBackward),
            ["configurations"] = configurations,
            ["experiment_planner_used"] = plan.Planner,
            ["label_manager"] = "LabelManager",
            ["foreground_intensity_properties_per_channel"] = FingerprintJson.WriteIntensities(plan.ForegroundIntensities),
        });
    }

    private static JsonObject WriteDifference(PlannedConfiguration configuration, PlannedConfiguration parent)
    {
        var (own, inherited) = (Write(configuration), Write(parent));
        var difference = new JsonObject { ["inherits_from"] = parent.Name };
        foreach (var (key, value) in own)
        {
            if (!JsonNode.DeepEquals(value, inherited[key]))
            {
                difference[key] = value?.DeepClone();
            }
        }

        return difference;
    }

    private static JsonObject Write(PlannedConfiguration configuration)
    {
        var json = new JsonObject
        {
            ["data_identifier"] = configuration.DataIdentifier,
            ["preprocessor_name"] = "DefaultPreprocessor",
            ["batch_size"] = configuration.BatchSize,
            ["patch_size"] = PlanJson.Integers(configuration.PatchSize),
            ["median_image_size_in_voxels"] = PlanJson.Floats(configuration.MedianShape),
            ["spacing"] = PlanJson.Floats(configuration.Spacing),
            ["normalization_schemes"] = new JsonArray([
                .. configuration.Normalization.Select(channel => (JsonNode)PlanKeys.NameOf(channel.Scheme)),
            ]),
            ["use_mask_for_norm"] = new JsonArray([.. configuration.Normalization.Select(channel => (JsonNode)channel.WithinNonzero)]),
            ["resampling_fn_data"] = configuration.ImageResampling.Function,
            ["resampling_fn_seg"] = configuration.LabelResampling.Function,
            ["resampling_fn_data_kwargs"] = Write(configuration.ImageResampling),
            ["resampling_fn_seg_kwargs"] = Write(configuration.LabelResampling),
            ["resampling_fn_probabilities"] = configuration.ProbabilityResampling.Function,
            ["resampling_fn_probabilities_kwargs"] = Write(configuration.ProbabilityResampling),
            ["architecture"] = Write(configuration.Network),
            ["batch_dice"] = configuration.BatchDice,
        };
        if (configuration.PreviousStage is { } previous)
        {
            json["previous_stage"] = previous;
        }

        if (configuration.NextStage is { } next)
        {
            json["next_stage"] = next;
        }

        return json;
    }

    private static JsonObject Write(PlannedResampling resampling) =>
        resampling.Function == PlannedResampling.TorchFunction
            ? new()
            {
                ["is_seg"] = resampling.IsSegmentation,
                ["force_separate_z"] = resampling.ForceSeparateZ,
                ["memefficient_seg_resampling"] = false,
            }
            : new()
            {
                ["is_seg"] = resampling.IsSegmentation,
                ["order"] = resampling.Order,
                ["order_z"] = resampling.OrderZ,
                ["force_separate_z"] = resampling.ForceSeparateZ,
            };

    private static JsonObject Write(PlannedNetwork network)
    {
        var nonlinearity = new JsonObject();
        if (network.NegativeSlope != 0.01)
        {
            nonlinearity["negative_slope"] = PlanJson.Float(network.NegativeSlope);
        }

        nonlinearity["inplace"] = true;
        return new()
        {
            ["network_class_name"] = network.IsResidual ? PlanKeys.ResidualNetwork : PlanKeys.PlainNetwork,
            ["arch_kwargs"] = new JsonObject
            {
                ["n_stages"] = network.Stages,
                ["features_per_stage"] = PlanJson.Integers(network.Features),
                ["conv_op"] = $"torch.nn.modules.conv.Conv{network.SpatialDims}d",
                ["kernel_sizes"] = PlanJson.IntegerRows(network.Kernels),
                ["strides"] = PlanJson.IntegerRows(network.Strides),
                [network.IsResidual ? "n_blocks_per_stage" : "n_conv_per_stage"] = PlanJson.Integers(network.EncoderBlocks),
                ["n_conv_per_stage_decoder"] = PlanJson.Integers(network.DecoderConvolutions),
                ["conv_bias"] = network.ConvolutionBias,
                ["norm_op"] = $"torch.nn.modules.instancenorm.InstanceNorm{network.SpatialDims}d",
                ["norm_op_kwargs"] = new JsonObject { ["eps"] = PlanJson.Float(network.NormalizationEpsilon), ["affine"] = true },
                ["dropout_op"] = null,
                ["dropout_op_kwargs"] = null,
                ["nonlin"] = "torch.nn.LeakyReLU",
                ["nonlin_kwargs"] = nonlinearity,
            },
            ["_kw_requires_import"] = new JsonArray("conv_op", "norm_op", "dropout_op", "nonlin"),
        };
    }
}
