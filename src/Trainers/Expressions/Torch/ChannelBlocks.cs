using TorchSharp;
using static TorchSharp.torch.nn;
using ScalarType = TorchSharp.torch.ScalarType;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <summary>Fills up the channels of convolutions on processors to whole blocks.</summary>
/// <remarks>
/// oneDNN, with which libtorch convolves on processors, stores operands in blocks of 8, 16 or 32 channels. With libtorch 2.10 the last block, where
/// the channels do not fill it, holds what the memory held before, so that sums over it are wrong, or NaN, without an error. Met on an AMD EPYC
/// (Zen 5), with its AVX-512 kernels and with those for AVX2: in the result, where it sums over more than 8 input channels; in the gradient of the
/// input, which sums over output channels; with a stride also at 48, 80 and 144 channels. Transposed convolutions have the same faults with result
/// and gradient exchanged. Kernels of one voxel and several groups are right in float32, but not in bfloat16, where any channels may go wrong.
/// </remarks>
internal static class ChannelBlocks
{
    // So few input channels are read as they are.
    private const int Unblocked = 8;

    /// <summary>The same convolution with zero channels added as far as its sums need them.</summary>
    /// <param name="input">[N, C, ...].</param>
    /// <param name="weight">[K, C, ...].</param>
    /// <param name="bias">[K], or null.</param>
    /// <param name="groups">Groups of the convolution; those of several are returned unchanged.</param>
    /// <returns>Operands; the result has as many channels as the weight, of which the first K count.</returns>
    public static (Tensor Input, Tensor Weight, Tensor? Bias) Fill(Tensor input, Tensor weight, Tensor? bias, long groups)
    {
        if (IsRight(input, weight, groups))
        {
            return (input, weight, bias);
        }

        var isLow = input.dtype == ScalarType.BFloat16;
        var inputs = isLow || weight.shape[1] > Unblocked ? Missing(weight.shape[1]) : 0;
        var outputs = isLow || input.requires_grad ? Missing(weight.shape[0]) : 0;
        return (Pad(input, 0, inputs), Pad(weight, outputs, inputs), PadBias(bias, outputs));
    }

    /// <summary>The same transposed convolution in float32 with zero channels added as far as its sums need them.</summary>
    /// <param name="input">[N, C, ...].</param>
    /// <param name="weight">[C, K, ...].</param>
    /// <param name="bias">[K], or null.</param>
    /// <param name="groups">Groups of the convolution; those of several are returned unchanged.</param>
    /// <returns>Operands; the result has as many channels as the weight, of which the first K count.</returns>
    public static (Tensor Input, Tensor Weight, Tensor? Bias) FillTransposed(Tensor input, Tensor weight, Tensor? bias, long groups)
    {
        if (IsRight(input, weight, groups))
        {
            return (input, weight, bias);
        }

        var inputs = Missing(weight.shape[0]);
        var outputs = weight.shape[1] > Unblocked ? Missing(weight.shape[1]) : 0;
        return (Pad(input, 0, inputs), Pad(weight, inputs, outputs), PadBias(bias, outputs));
    }

    /// <summary>The channels of a result that count.</summary>
    public static Tensor First(Tensor result, long channels) => result.shape[1] == channels ? result : result.narrow(1, 0, channels);

    private static bool IsRight(Tensor input, Tensor weight, long groups)
        => input.device_type != DeviceType.CPU || groups != 1 || (input.dtype != ScalarType.BFloat16 && weight.shape[2..].All(side => side == 1));

    // Up to 16 channels are one block of 16; more may come in blocks of 32.
    private static long Missing(long channels)
    {
        var block = channels <= 16 ? 16 : 32;
        return (block - (channels % block)) % block;
    }

    private static Tensor? PadBias(Tensor? bias, long count) => bias is null || count == 0 ? bias : functional.pad(bias, [0, count]);

    private static Tensor Pad(Tensor tensor, long first, long second)
        => (first, second) is (0, 0) ? tensor : functional.pad(tensor, [.. Enumerable.Repeat(0L, 2 * ((int)tensor.dim() - 2)), 0, second, 0, first]);
}
