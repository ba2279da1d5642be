using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>The one input and the output of a network that scoring uses.</summary>
/// <param name="Input">Name of the image input.</param>
/// <param name="Output">Name of the output with one channel per class or synthesised channel.</param>
/// <param name="Batch">The batch that the file demands; null if any will do.</param>
internal sealed record OnnxSignature(string Input, string Output, int? Batch)
{
    /// <summary>Compares an ONNX model with its description; names every contradiction.</summary>
    /// <exception cref="ArgumentException">The model takes or gives something else than the description says.</exception>
    public static OnnxSignature Check(InferenceSession session, IPatchNetworkInfo info)
    {
        if (session.InputNames.Count != 1)
        {
            throw new ArgumentException(
                $"The ONNX model has {session.InputNames.Count} inputs "
                    + $"({string.Join(", ", session.InputNames)}); the network needs one, the image."
            );
        }

        var (inputName, outputName) = (session.InputNames[0], session.OutputNames[0]);
        var faults = new List<string>();
        var input = session.InputMetadata[inputName];
        Compare("input", inputName, input, info.InputChannels, "input channels", info, faults);
        Compare("output", outputName, session.OutputMetadata[outputName], info.OutputChannels, "output channels", info, faults);
        return faults.Count == 0
            ? new(inputName, outputName, input.Dimensions[0] > 0 ? input.Dimensions[0] : null)
            : throw new ArgumentException(
                $"The ONNX model does not fit its description. {string.Join(" ", faults)} Correct "
                    + "the description, or export the model again."
            );
    }

    private static void Compare(
        string side, string name, NodeMetadata tensor, int channels, string channelsAre, IPatchNetworkInfo info, List<string> faults)
    {
        var rank = info.SpatialDimensions + 2;
        if (!tensor.IsTensor || tensor.ElementDataType != TensorElementType.Float || tensor.Dimensions.Length != rank)
        {
            var given = tensor.IsTensor ? $"a tensor of {tensor.ElementDataType} with {tensor.Dimensions.Length} dimensions" : "no tensor";
            faults.Add($"Its {side} '{name}' is {given}; a {info.SpatialDimensions}D network has a tensor of Float with {rank}.");
            return;
        }

        // A dimension that the file leaves open is -1, or 0 in some files.
        var fixedChannels = tensor.Dimensions[1];
        if (fixedChannels > 0 && fixedChannels != channels)
        {
            faults.Add($"It has {fixedChannels} {channelsAre}, the description {channels}.");
        }

        int[] patch =
            info.SpatialDimensions == 3 ? [info.Patch.Depth, info.Patch.Height, info.Patch.Width] : [info.Patch.Height, info.Patch.Width];
        var sides = tensor.Dimensions[2..];
        if (sides.Zip(patch).Any(pair => pair.First > 0 && pair.First != pair.Second))
        {
            faults.Add(
                $"Its {side} '{name}' is [{string.Join(", ", sides)}] voxels, the patch of the description [{string.Join(", ", patch)}]."
            );
        }
    }
}
