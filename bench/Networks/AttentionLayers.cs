using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Layers.SelfAttention;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>Position and channel attention of the same 64 features, added: the layers alone.</summary>
internal sealed class AttentionLayers() : Network(new LayerOptions { SpatialDims = 2, InputChannels = 64, Classes = 64 })
{
    private readonly PositionAttention positions = new(2, 64);
    private readonly ChannelAttention channels = new();

    public override string Description => "attention-layers";

    public override SpatialSizeRule SizeRule => SpatialSizeRule.MultipleOf([1, 1]);

    public override TensorExpression Forward(TensorExpression image) => positions.Forward(image) + channels.Forward(image);

    protected override IEnumerable<(string Ours, string Original)> OriginalNames =>
        [("query", "query_conv"), ("key", "key_conv"), ("value", "value_conv")];

    private sealed record LayerOptions : NetworkOptions
    {
        public override NetworkEntry Entry => new NetworkEntry<LayerOptions>(_ => new AttentionLayers())
        {
            Key = "attention-layers",
            Name = "Attention layers",
            Paper = "",
            Summary = "Position and channel attention.",
            Sizes = "any",
        };
    }
}
