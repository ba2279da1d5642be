using System.Text.Json;

namespace Microsoft.ML.MedicalSegmentation.Planning;

/// <summary>Reads the network of a configuration, in the form of nnU-Net 2.3 and later or the one before.</summary>
internal static class ArchitectureReader
{
    private const int MostStages = 12;

    /// <summary>The "architecture" block.</summary>
    public static PlannedNetwork Read(JsonElement architecture, JsonFacts facts)
    {
        var isResidual = IsResidual(facts.Text(architecture, "network_class_name"), facts);
        var arguments = facts.Get(architecture, "arch_kwargs", JsonValueKind.Object) ?? architecture;
        var stages = Math.Clamp(facts.Integer(arguments, "n_stages"), 0, MostStages);
        var dims = facts.Text(arguments, "conv_op").EndsWith("Conv2d", StringComparison.Ordinal) ? 2 : 3;
        RequireKnown(arguments, "norm_op", $"InstanceNorm{dims}d", facts);
        RequireKnown(arguments, "nonlin", "LeakyReLU", facts, "torch.nn.ReLU");
        foreach (var option in new[] { "nonlin_first", "bottleneck_channels", "stem_channels", "block", "squeeze_excitation" })
        {
            if (arguments.TryGetProperty(option, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
            {
                facts.Add($"The network has \"{option}\": {value.GetRawText()}, which is not supported.");
            }
        }

        var normalization = Arguments(arguments, "norm_op_kwargs");
        var isPlainRectifier = facts.Text(arguments, "nonlin").EndsWith(".ReLU", StringComparison.Ordinal);
        return new()
        {
            SpatialDims = dims,
            IsResidual = isResidual,
            Features = PerStage(arguments, "features_per_stage", stages, facts),
            Kernels = Rows(arguments, "kernel_sizes", stages, dims, facts),
            Strides = Rows(arguments, "strides", stages, dims, facts),
            EncoderBlocks = PerStage(arguments, isResidual ? "n_blocks_per_stage" : "n_conv_per_stage", stages, facts),
            DecoderConvolutions = PerStage(arguments, "n_conv_per_stage_decoder", stages - 1, facts),
            ConvolutionBias = facts.Flag(arguments, "conv_bias", false) ?? false,
            NormalizationEpsilon = normalization is { } norm && norm.TryGetProperty("eps", out _) ? facts.Number(norm, "eps") : 1e-5,
            NegativeSlope =
                isPlainRectifier ? 0
                : Arguments(arguments, "nonlin_kwargs") is { } nonlinearity && nonlinearity.TryGetProperty("negative_slope", out _)
                    ? facts.Number(nonlinearity, "negative_slope")
                : 0.01,
        };
    }

    /// <summary>The keys from before there was such a block.</summary>
    public static PlannedNetwork ReadEarlier(JsonElement configuration, int dims, JsonFacts facts)
    {
        var strides = Rows(configuration, "pool_op_kernel_sizes", MostStages, dims, facts);
        var (first, limit) = (
            facts.Integer(configuration, "UNet_base_num_features"),
            facts.Integer(configuration, "unet_max_num_features")
        );
        return new()
        {
            SpatialDims = dims,
            IsResidual = IsResidual(facts.Text(configuration, "UNet_class_name"), facts),
            Features = [.. strides.Select((_, stage) => (int)Math.Min((long)first << Math.Min(stage, MostStages), limit))],
            Kernels = Rows(configuration, "conv_kernel_sizes", strides.Length, dims, facts),
            Strides = strides,
            EncoderBlocks = PerStage(configuration, "n_conv_per_stage_encoder", strides.Length, facts),
            DecoderConvolutions = PerStage(configuration, "n_conv_per_stage_decoder", strides.Length - 1, facts),
        };
    }

    private static bool IsResidual(string className, JsonFacts facts)
    {
        var name = className[(className.LastIndexOf('.') + 1)..];
        if (name is not ("PlainConvUNet" or "ResidualEncoderUNet"))
        {
            facts.Add($"The network is '{className}'; supported are PlainConvUNet and ResidualEncoderUNet.");
        }

        return name == "ResidualEncoderUNet";
    }

    private static void RequireKnown(JsonElement arguments, string key, string ending, JsonFacts facts, string? alternative = null)
    {
        var value = facts.Text(arguments, key);
        if (!value.EndsWith(ending, StringComparison.Ordinal) && value != alternative)
        {
            facts.Add($"\"{key}\" is '{value}'; supported is {ending}{(alternative is null ? "" : $" or {alternative}")}.");
        }
    }

    private static JsonElement? Arguments(JsonElement parent, string key)
        => parent.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    // One number serves every stage.
    private static int[] PerStage(JsonElement parent, string key, int stages, JsonFacts facts)
        => parent.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number
            ? [.. Enumerable.Repeat(facts.Integer(parent, key), Math.Max(stages, 0))]
            : facts.Integers(parent, key);

    private static int[][] Rows(JsonElement parent, string key, int stages, int dims, JsonFacts facts)
    {
        if (parent.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number)
        {
            return [.. Enumerable.Repeat(Enumerable.Repeat(facts.Integer(parent, key), dims).ToArray(), stages)];
        }

        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
            ? [.. facts.Integers(parent, key).Select(number => Enumerable.Repeat(number, dims).ToArray())]
            : facts.IntegerRows(parent, key);
    }
}
