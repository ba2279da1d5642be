using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Chooses multi-scale self-guided attention (<see cref="MultiScaleDualAttention"/>). The defaults: the published network, ResNeXt-101
/// 32x8d and width 64, with its guided losses.
/// </summary>
public sealed record MultiScaleDualAttentionOptions : NetworkOptions
{
    /// <inheritdoc/>
    public override NetworkEntry Entry => MultiScaleDualAttention.Entry;

    /// <summary>The encoder.</summary>
    /// <value>Default: <see cref="ResidualEncoderForm.ResNeXt101"/>, the published one.</value>
    public ResidualEncoderForm Encoder { get; init; }

    /// <summary>Whether all eight predictions are trained, with the guided-attention and reconstruction losses.</summary>
    /// <value>Default: true, as its authors train it. False trains the result alone, and builds no heads for the first stack.</value>
    public bool DeepSupervision { get; init; } = true;

    /// <summary>Weight of the guided-attention loss: the latent codes of both stacks agree.</summary>
    /// <value>At least 0; default 0.25.</value>
    public double GuidedWeight { get; init; } = 0.25;

    /// <summary>Weight of the reconstruction loss: what a semantic module decodes resembles what went in.</summary>
    /// <value>At least 0; default 0.1.</value>
    public double ReconstructionWeight { get; init; } = 0.1;

    internal long FirstWidth => Width ?? 64;

    internal bool HasUNetEncoder => Encoder is ResidualEncoderForm.UNet or ResidualEncoderForm.ResidualUNet;

    internal UNetOptions UNetOptions => new()
    {
        SpatialDims = SpatialDims,
        InputChannels = InputChannels,
        Width = Width ?? 64,
        Form = Encoder == ResidualEncoderForm.ResidualUNet ? UNetForm.ResidualEncoder : UNetForm.Plain,
        Depth = FinerStages + 4,
    };

    /// <summary>Stages of a U-Net's encoder whose features do not attend, as they are finer than a quarter of the resolution.</summary>
    internal const int FinerStages = 2;

    /// <summary>Channels of a scale, the finest being 0.</summary>
    internal long Channels(int scale) =>
        HasUNetEncoder ? UNetOptions.Features(scale + FinerStages) : ResidualEncoder.Channels(FirstWidth, Encoder, scale);

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (var fault in base.Faults())
        {
            yield return fault;
        }

        var widths = Encoder switch
        {
            ResidualEncoderForm.ResNeXt101 => 8,
            ResidualEncoderForm.ResNeXt50 => 16,
            _ => 1,
        };
        if (FirstWidth % widths != 0)
        {
            yield return $"Width is {FirstWidth}; with the encoder {Encoder}, whose convolutions have 32 "
                + $"groups, it must be a multiple of {widths}.";
        }

        if (HasUNetEncoder && Width > UNetOptions.Features(FinerStages + 3))
        {
            yield return $"Width is {Width}; with the encoder {Encoder} it must be at most {UNetOptions.Features(FinerStages + 3)}.";
        }

        if (Depth is not (null or 4))
        {
            yield return $"Depth is {Depth}; the network has 4 scales. Leave it out.";
        }

        foreach (var (name, weight) in new[] { (nameof(GuidedWeight), GuidedWeight), (nameof(ReconstructionWeight), ReconstructionWeight) })
        {
            if (!(weight >= 0 && double.IsFinite(weight)))
            {
                yield return $"{name} is {weight}; it must be finite and at least 0.";
            }
        }
    }
}
