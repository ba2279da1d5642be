using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.DualAttentionNets;
using Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Chooses a dual attention network (<see cref="DualAttention"/>). The defaults: ResNet-101 at an eighth of the resolution in 2D, a U-Net's
/// encoder of depth 4 in 3D; three predictions trained.
/// </summary>
public sealed record DualAttentionOptions : NetworkOptions
{
    /// <inheritdoc/>
    public override NetworkEntry Entry => DualAttention.Entry;

    /// <summary>The encoder.</summary>
    /// <value>
    /// Default: <see cref="DualAttentionEncoder.ResNet101"/> in 2D, as published, and <see cref="DualAttentionEncoder.UNet"/> in 3D.
    /// </value>
    public DualAttentionEncoder? Encoder { get; init; }

    /// <summary>
    /// By how much the features that attend are coarser than the image; a residual encoder is dilated where it would go below.
    /// </summary>
    /// <value>
    /// 8, 16 or 32; default 8. With a U-Net's encoder, <see cref="NetworkOptions.Depth"/> decides: 2 to the power of depth - 1.
    /// </value>
    public int OutputStride { get; init; } = 8;

    /// <summary>
    /// Dilations of the blocks of a residual encoder's last stage, taken in turn, so that a grid sees several distances; the output stride
    /// must be 8.
    /// </summary>
    /// <value>
    /// At least 1 each; default: none, the same dilation for all. The authors train for Cityscapes with 4, 8, 16 ("multi_dilation").
    /// </value>
    public IReadOnlyList<int>? MultiGrid { get; init; }

    /// <summary>Whether a residual encoder begins with three 3x3 convolutions, the last twice as wide, instead of one of 7x7.</summary>
    /// <value>Default: false, as the released weights ("no_deepstem").</value>
    public bool DeepStem { get; init; }

    /// <summary>
    /// Whether predictions are enlarged so that their corners meet the image's, which moves them by up to the output stride - 1 voxels.
    /// </summary>
    /// <value>
    /// Default: as in the authors' code, true, with a residual encoder, and false with a U-Net's. The shift grows from one side of the
    /// image to the other, so that training cannot undo it: nothing to a photograph of 480 pixels, but to small structures in a patch of
    /// 64; say false there.
    /// </value>
    public bool? AlignCorners { get; init; }

    /// <summary>
    /// Whether position attention and channel attention each have a prediction of their own, which is trained with the common one.
    /// </summary>
    /// <value>Default: true, as its authors train it. False builds no heads for them.</value>
    public bool DeepSupervision { get; init; } = true;

    internal bool AreCornersAligned => AlignCorners ?? !HasUNetEncoder;

    internal DualAttentionEncoder Source => Encoder ?? (SpatialDims == 2 ? DualAttentionEncoder.ResNet101 : DualAttentionEncoder.UNet);

    internal bool HasUNetEncoder => Source is DualAttentionEncoder.UNet or DualAttentionEncoder.ResidualUNet;

    internal long FirstWidth => Width ?? (HasUNetEncoder ? 32 : 64);

    internal ResidualEncoderForm ResidualForm => Source switch
    {
        DualAttentionEncoder.ResNet50 => ResidualEncoderForm.ResNet50,
        DualAttentionEncoder.ResNet34 => ResidualEncoderForm.ResNet34,
        DualAttentionEncoder.ResNet18 => ResidualEncoderForm.ResNet18,
        DualAttentionEncoder.ResNeXt101 => ResidualEncoderForm.ResNeXt101,
        DualAttentionEncoder.ResNeXt50 => ResidualEncoderForm.ResNeXt50,
        _ => ResidualEncoderForm.ResNet101,
    };

    internal UNetOptions UNetOptions => new()
    {
        SpatialDims = SpatialDims,
        InputChannels = InputChannels,
        Width = Width,
        Form = Source == DualAttentionEncoder.ResidualUNet ? UNetForm.ResidualEncoder : UNetForm.Plain,
        Depth = Depth ?? 4,
    };

    /// <summary>Channels of the features that attend.</summary>
    internal long Features => HasUNetEncoder
        ? UNetOptions.Features(UNetOptions.Stages - 1)
        : ResidualEncoder.Channels(FirstWidth, ResidualForm, 3);

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (var fault in base.Faults())
        {
            yield return fault;
        }

        if (OutputStride is not (8 or 16 or 32))
        {
            yield return $"OutputStride is {OutputStride}; it must be 8, 16 or 32.";
        }

        if (Depth is not null && !HasUNetEncoder)
        {
            yield return $"Depth is {Depth}; {Source} has one depth. Leave it out, or set OutputStride.";
        }

        if (Depth > 12)
        {
            yield return $"Depth is {Depth}; it must be at most 12.";
        }

        if (HasUNetEncoder && Width > UNetOptions.Features(11))
        {
            yield return $"Width is {Width}; with the encoder {Source} it must be at most {UNetOptions.Features(11)}.";
        }

        var widths = Source switch
        {
            DualAttentionEncoder.ResNeXt101 => 8,
            DualAttentionEncoder.ResNeXt50 => 16,
            _ => 1,
        };
        if (FirstWidth % widths != 0)
        {
            yield return $"Width is {FirstWidth}; with the encoder {Source}, whose convolutions have 32 "
                + $"groups, it must be a multiple of {widths}.";
        }

        if (MultiGrid is not null && (MultiGrid.Count == 0 || MultiGrid.Any(dilation => dilation < 1)))
        {
            yield return $"MultiGrid is [{string.Join(", ", MultiGrid)}]; give at least one number, each at least 1.";
        }

        if (MultiGrid is not null && !HasUNetEncoder && OutputStride != 8)
        {
            yield return $"MultiGrid is given and OutputStride is {OutputStride}; it must be 8.";
        }

        if (HasUNetEncoder && (MultiGrid is not null || DeepStem))
        {
            yield return $"{(DeepStem ? nameof(DeepStem) : nameof(MultiGrid))} is given, and the encoder {Source} has "
                + "none. Leave it out, or name a residual encoder.";
        }
    }
}
