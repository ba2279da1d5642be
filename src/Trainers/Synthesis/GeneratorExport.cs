using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Export.Optimization;
using Microsoft.ML.MedicalSegmentation.Expressions;
using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>
/// Writes a generator as an ONNX file: channels of the target and, where it is asked for, the difficulty that the local discriminator gives
/// to them.
/// </summary>
internal static class GeneratorExport
{
    /// <summary>Writes the file's bytes.</summary>
    /// <param name="networks">In evaluation mode, on the CPU.</param>
    /// <param name="spatialSize">Depth, height, width of the patches (2D: height, width).</param>
    /// <param name="info">The description, which becomes part of the file.</param>
    /// <param name="destination">Where the bytes go; stays open.</param>
    public static void Write(SynthesisNetworks networks, IReadOnlyList<long> spatialSize, SynthesisModelInfo info, Stream destination)
    {
        var generator = networks.Generator;
        var weights = generator.state_dict().Select(entry => (entry.Key, entry.Value));
        if (info.HasDifficulty && networks.Local is { } local)
        {
            weights = weights.Concat(SynthesisNetworks.WeightsOf(local).Select(entry => ($"local_discriminator.{entry.Key}", entry.Value)));
        }

        var graph = new OnnxGraph(weights);
        var source = graph.Input(new TensorShape([-1, info.InputChannels, .. spatialSize]));
        var output = networks.Generate(source);
        var result = (OnnxExpression)(
            info.HasDifficulty ? TensorExpression.Concat(1, output, networks.Difficulty(source, output)) : output
        );
        OnnxFile.Write(
            destination,
            $"generator: {generator.Description}",
            graph,
            source,
            result,
            [new(SynthesisModelMetadata.Key, SynthesisModelMetadata.Write(info))],
            OnnxRewritings.All
        );
    }
}
