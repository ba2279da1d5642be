using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Weights;

namespace Microsoft.ML.MedicalSegmentation.Import.NnUNet;

/// <summary>Builds the U-Net of a plan, loads weights into it and writes it as ONNX.</summary>
internal static class NnUNetNetwork
{
    /// <summary>The options of the U-Net of a configuration.</summary>
    /// <exception cref="NotSupportedException">The network has numbers that the U-Net here lacks.</exception>
    public static UNetOptions OptionsOf(PlannedConfiguration configuration, int inputs, int outputs)
    {
        var network = configuration.Network;
        if (!network.ConvolutionBias || network.NormalizationEpsilon != 1e-5 || network.NegativeSlope != 0.01 || network.Stages < 2)
        {
            throw new NotSupportedException(
                $"The network of {configuration.Name} has {network.Stages} stages, convolutions "
                    + $"{(network.ConvolutionBias ? "with" : "without")} a bias, a norm's epsilon of "
                    + $"{network.NormalizationEpsilon} and a rectifier's slope of {network.NegativeSlope}; supported are 2 stages "
                    + "or more, a bias, 1e-5 and 0.01, as nnU-Net's planners give them."
            );
        }

        return new()
        {
            SpatialDims = network.SpatialDims,
            InputChannels = inputs,
            Classes = outputs,
            Form = network.IsResidual ? UNetForm.ResidualEncoder : UNetForm.Plain,
            Topology = new([.. network.Kernels.Select(Sizes)], [.. network.Strides.Select(Sizes)]),
            FeaturesPerStage = network.Features,
            BlocksPerStage = network.EncoderBlocks,
            DecoderConvolutionsPerStage = network.DecoderConvolutions,
        };
    }

    /// <summary>The network with the weights of a checkpoint, as an ONNX file.</summary>
    /// <exception cref="InputDataException">The weights do not fit the plan.</exception>
    public static byte[] ToOnnx(
        UNetOptions options,
        WeightsFile weights,
        IReadOnlyList<int> patch,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        using var network = options.CreateNetwork();
        try
        {
            network.LoadWeights(weights);
        }
        catch (ArgumentException fault)
        {
            throw new InputDataException($"The weights do not fit the network of the plan. {fault.Message}", fault);
        }

        network.eval();
        using var onnx = new MemoryStream();
        OnnxExport.Write(network, [.. patch.Select(side => (long)side)], metadata, onnx);
        return onnx.ToArray();
    }

    private static PerAxis Sizes(IReadOnlyList<int> sizes) => PerAxis.Of([.. sizes.Select(size => (long)size)]);
}
