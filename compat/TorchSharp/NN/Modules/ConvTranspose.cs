// Stands in for TorchSharp.Modules.ConvTranspose1d, ConvTranspose2d and ConvTranspose3d.
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

public abstract class ConvolutionTranspose : Convolution
{
    protected ConvolutionTranspose(string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation, bool transposed, long[] output_padding, long groups, bool bias, PaddingModes padding_mode, Device? device = null, ScalarType? dtype = null)
        : base(name, in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, transposed, output_padding, groups, bias, padding_mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input) => forward(input, null);

    public abstract Tensor forward(Tensor input, long[]? output_size);

    /// <summary>What to add to the smallest output so that it gets the size asked for.</summary>
    private protected long[] Added(Tensor input, long[]? output_size)
    {
        var dimensions = kernel_size.Length;
        if (!ValidateShape(input, dimensions))
        {
            throw new ArgumentException($"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input with {in_channels} channels to ConvTranspose{dimensions}d.");
        }

        if (output_size is null)
        {
            return output_padding;
        }

        var spatial = input.shape[^dimensions..];
        var wanted = output_size[^dimensions..];
        var added = new long[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            var smallest = (spatial[i] - 1) * stride[i] - 2 * padding![i] + dilation[i] * (kernel_size[i] - 1) + 1;
            added[i] = wanted[i] - smallest;
            if (added[i] < 0 || added[i] >= stride[i])
            {
                throw new ArgumentException($"Requested an output size of [{string.Join(", ", wanted)}], but dimension {i} can only be {smallest} to {smallest + stride[i] - 1}");
            }
        }

        return added;
    }
}

public sealed class ConvTranspose1d : ConvolutionTranspose
{
    internal ConvTranspose1d(long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] output_padding, long[] dilation, PaddingModes padding_mode, long groups, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(ConvTranspose1d), in_channels, out_channels, kernel_size, stride, padding, null, dilation, true, output_padding, groups, bias, padding_mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input, long[]? output_size) =>
        F.conv_transpose1d(input, weight, bias, stride[0], padding![0], Added(input, output_size)[0], dilation[0], groups);
}

public sealed class ConvTranspose2d : ConvolutionTranspose
{
    internal ConvTranspose2d(long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] output_padding, long[] dilation, PaddingModes padding_mode, long groups, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(ConvTranspose2d), in_channels, out_channels, kernel_size, stride, padding, null, dilation, true, output_padding, groups, bias, padding_mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input, long[]? output_size) =>
        F.conv_transpose2d(input, weight, bias, stride, padding, Added(input, output_size), dilation, groups);
}

public sealed class ConvTranspose3d : ConvolutionTranspose
{
    internal ConvTranspose3d(long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] output_padding, long[] dilation, PaddingModes padding_mode, long groups, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(ConvTranspose3d), in_channels, out_channels, kernel_size, stride, padding, null, dilation, true, output_padding, groups, bias, padding_mode, device, dtype)
    {
    }

    public override Tensor forward(Tensor input, long[]? output_size) =>
        F.conv_transpose3d(input, weight, bias, stride, padding, Added(input, output_size), dilation, groups);
}
