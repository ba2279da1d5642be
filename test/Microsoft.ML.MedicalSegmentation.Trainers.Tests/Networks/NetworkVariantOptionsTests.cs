namespace Microsoft.ML.MedicalSegmentation.Networks;

[TestClass]
public class NetworkVariantOptionsTests
{
    public static IEnumerable<object[]> Impossible =>
        [
            ["unetr-plus-plus", new UNETRPlusPlusOptions { EncoderHeads = 0 }, "EncoderHeads is 0"],
            ["unetr-plus-plus", new UNETRPlusPlusOptions { EncoderHeads = 5 }, "multiple of the 5 heads"],
            ["unetr-plus-plus", new UNETRPlusPlusOptions { EncoderBlocks = [] }, "EncoderBlocks is []"],
            ["unetr-plus-plus", new UNETRPlusPlusOptions { EncoderProjectedTokens = [64, 0] }, "EncoderProjectedTokens is [64, 0]"],
            [
                "medical-transformer",
                new MedicalTransformerOptions { BlocksPerStage = [1, 2, 4] },
                "BlocksPerStage is [1, 2, 4]; give 4 numbers",
            ],
            ["medical-transformer", new MedicalTransformerOptions { AttentionWidth = double.NaN }, "AttentionWidth is NaN"],
            [
                "medical-transformer",
                new MedicalTransformerOptions { AttentionWidth = 1.25 },
                "gives 20 channels to attend; they must be a multiple of 16",
            ],
            ["ca-net", new CANetOptions { SpatialDims = 2, GateSubsampling = [2, 2, 2] }, "GateSubsampling is 2 x 2 x 2"],
            ["dual-attention", new DualAttentionOptions { SpatialDims = 2, MultiGrid = [4, 0] }, "MultiGrid is [4, 0]"],
            [
                "dual-attention",
                new DualAttentionOptions
                {
                    SpatialDims = 2,
                    MultiGrid = [4],
                    OutputStride = 16,
                },
                "OutputStride is 16; it must be 8",
            ],
            ["dual-attention", new DualAttentionOptions { DeepStem = true }, "DeepStem is given, and the encoder UNet has none"],
            [
                "dual-attention",
                new DualAttentionOptions
                {
                    SpatialDims = 2,
                    Encoder = DualAttentionEncoder.ResNeXt50,
                    Width = 8,
                },
                "multiple of 16",
            ],
            [
                "multi-scale-dual-attention",
                new MultiScaleDualAttentionOptions { Encoder = ResidualEncoderForm.ResNeXt50, Width = 24 },
                "multiple of 16",
            ],
            ["unet", new UNetOptions { FeaturesPerStage = [8, 16], Depth = 3 }, "FeaturesPerStage is [8, 16]; give 3 numbers"],
            [
                "unet",
                new UNetOptions
                {
                    FeaturesPerStage = [8, 16],
                    Depth = 2,
                    Width = 8,
                },
                "leave out one of them",
            ],
            ["unet", new UNetOptions { DecoderConvolutionsPerStage = [0] }, "DecoderConvolutionsPerStage is [0]"],
        ];

    [TestMethod]
    [DynamicData(nameof(Impossible))]
    public void Create_ImpossibleVariant_SaysWhatIsPossible(string key, NetworkOptions options, string fact)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => NetworkList.Find(key).Create(options));

        StringAssert.Contains(error.Message, fact);
    }
}
