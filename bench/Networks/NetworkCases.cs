using Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;
using Microsoft.ML.MedicalSegmentation.Networks.CANets;
using Microsoft.ML.MedicalSegmentation.Networks.MedicalTransformers;
using Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;
using Microsoft.ML.MedicalSegmentation.Networks.TransAttUNets;
using Microsoft.ML.MedicalSegmentation.Networks.UNETRPlusPlusNets;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>The networks that are compared.</summary>
internal static class NetworkCases
{
    public static IReadOnlyList<NetworkCase> All(BenchScale scale) =>
    [
        AttentionUNet(scale),
        UNet(scale),
        UNETRPlusPlus(scale),
        GatedAxial(scale),
        AttentionLayers(scale),
        DualAttention(scale),
        CANet(scale),
        TransAttUNet(scale),
    ];

    public static IEnumerable<NetworkCase> Find(BenchOptions options)
    {
        var all = All(options.Scale);
        return options.Networks.Count == 0 ? all : options.Networks.Select(key => all.FirstOrDefault(entry => entry.Key == key)
            ?? throw new ArgumentException($"There is no case '{key}'; cases: {string.Join(", ", all.Select(entry => entry.Key))}."));
    }

    private static NetworkCase AttentionUNet(BenchScale scale)
    {
        var side = Choose(scale, 16, 32, 96);
        return new(
            "attention-unet",
            "Attention U-Net 3D, two gates, width 16",
            "AttentionUNet",
            new() { ["classes"] = 3 },
            [2, 1, side, side, side],
            () => new AttentionUNet(new AttentionUNetOptions { Classes = 3 }));
    }

    private static NetworkCase UNet(BenchScale scale)
    {
        var (side, width, depth) = (Choose(scale, 16, 32, 96), Choose(scale, 4, 16, 32), Choose(scale, 4, 5, 5));
        return new(
            "unet",
            $"U-Net 3D, plain, width {width}, depth {depth}",
            "UNet",
            new() { ["width"] = width, ["depth"] = depth },
            [2, 1, side, side, side],
            () => new UNet(new UNetOptions { Classes = 3, Width = width, Depth = depth, DeepSupervision = false }));
    }

    private static NetworkCase UNETRPlusPlus(BenchScale scale)
    {
        int[] patch = scale == BenchScale.Published ? [64, 128, 128] : [32, 64, 64];
        var (width, batch) = (Choose(scale, 8, 32, 32), scale == BenchScale.Published ? 2 : 1);
        return new(
            "unetr-plus-plus",
            $"UNETR++, Synapse, width {width}",
            "UNETRPlusPlus",
            new() { ["size"] = patch, ["width"] = width },
            [batch, 1, .. patch],
            () => new UNETRPlusPlus(new UNETRPlusPlusOptions { Classes = 14, PatchSize = patch, Width = width }));
    }

    private static NetworkCase GatedAxial(BenchScale scale)
    {
        var size = Choose(scale, 32, 128, 128);
        return new(
            "gated-axial",
            "Gated axial attention U-Net",
            "GatedAxialUNet",
            new() { ["size"] = size },
            [scale == BenchScale.Published ? 4 : 1, 3, size, size],
            () => new MedicalTransformer(new MedicalTransformerOptions
            {
                Form = MedicalTransformerForm.GatedAxial,
                InputChannels = 3,
                PatchSize = [size, size],
            }));
    }

    private static NetworkCase AttentionLayers(BenchScale scale)
    {
        var side = Choose(scale, 8, 64, 64);
        return new(
            "attention-layers",
            "PAM and CAM, 64 channels",
            "AttentionLayers",
            [],
            [1, 64, side, side],
            () => new AttentionLayers());
    }

    private static NetworkCase DualAttention(BenchScale scale)
    {
        var (side, width) = (Choose(scale, 64, 128, 256), Choose(scale, 16, 64, 64));
        return new(
            "dual-attention",
            $"Multi-scale dual attention, ResNet-18, width {width}",
            "MultiScaleDualAttention",
            new() { ["width"] = width },
            [2, 1, side, side],
            () => new MultiScaleDualAttention(new MultiScaleDualAttentionOptions
            {
                SpatialDims = 2,
                Classes = 5,
                Width = width,
                Encoder = ResidualEncoderForm.ResNet18,
            }));
    }

    private static NetworkCase CANet(BenchScale scale)
    {
        var side = Choose(scale, 32, 128, 256);
        return new(
            "ca-net",
            "CA-Net",
            "CANet",
            [],
            [2, 3, side, side],
            () => new CANet(new CANetOptions { SpatialDims = 2, InputChannels = 3, Classes = 2 }));
    }

    private static NetworkCase TransAttUNet(BenchScale scale)
    {
        var side = Choose(scale, 32, 128, 256);
        return new(
            "transattunet",
            "TransAttUNet, residual",
            "TransAttUNet",
            new() { ["classes"] = 2 },
            [1, 3, side, side],
            () => new TransAttUNet(new TransAttUNetOptions { SpatialDims = 2, InputChannels = 3, Classes = 2 }));
    }

    private static int Choose(BenchScale scale, int tiny, int usual, int published) =>
        scale switch { BenchScale.Tiny => tiny, BenchScale.Usual => usual, _ => published };
}
