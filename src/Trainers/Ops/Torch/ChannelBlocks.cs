using TorchSharp;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Fills up the channels of convolutions on processors to whole blocks.</summary>
/// <remarks>
/// oneDNN, with which libtorch convolves on processors, sums over channels in blocks of 16. libtorch 2.10 leaves the rest of the last block
/// unwritten and multiplies it by zero. Where the memory held NaN before, such as the bytes of -1, results and gradients become NaN.
/// Kernels of one voxel and transposed convolutions are not affected.
/// </remarks>
internal static class ChannelBlocks
{
    private const int Block = 16;

    /// <summary>The same convolution with zero channels added as far as its sums need them.</summary>
    /// <param name="input">[N, C, ...].</param>
    /// <param name="weight">[K, C, ...].</param>
    /// <param name="bias">[K], or null.</param>
    /// <param name="groups">Groups of the convolution; those of several are returned unchanged.</param>
    /// <returns>Operands; the result has as many channels as the weight, of which the first K count.</returns>
    public static (Tensor Input, Tensor Weight, Tensor? Bias) Fill(Tensor input, Tensor weight, Tensor? bias, long groups)
    {
        if (input.device_type != DeviceType.CPU || groups != 1 || weight.shape[2..].All(side => side == 1))
        {
            return (input, weight, bias);
        }

        // Fewer than 16 input channels are summed by kernels of another kind. The gradient of the input sums over output channels.
        var inputs = weight.shape[1] > Block ? Missing(weight.shape[1]) : 0;
        var outputs = input.requires_grad ? Missing(weight.shape[0]) : 0;
        return (inputs, outputs) is (0, 0)
            ? (input, weight, bias)
            : (Pad(input, 0, inputs), Pad(weight, outputs, inputs), bias is null ? null : functional.pad(bias, [0, outputs]));
    }

    private static long Missing(long channels) => (Block - (channels % Block)) % Block;

    private static Tensor Pad(Tensor tensor, long first, long second)
        => (first, second) is (0, 0) ? tensor : functional.pad(tensor, [.. Enumerable.Repeat(0L, 2 * ((int)tensor.dim() - 2)), 0, second, 0, first]);
}
