// Stands in for TorchSharp.Modules.Convolution: weights, padding and their first values for all convolutions.
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

public abstract class Convolution : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(weight))] protected Parameter? _weight;
    [ComponentName(Name = nameof(bias))] protected Parameter? _bias;

    protected Convolution(string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation, bool transposed, long[] output_padding, long groups, bool bias, PaddingModes padding_mode, Device? device = null, ScalarType? dtype = null) : base(name)
    {
        this.in_channels = in_channels;
        this.out_channels = out_channels;
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.padding = padding_type is null ? padding ?? new long[kernel_size.Length] : null;
        this.padding_type = padding_type;
        this.dilation = dilation;
        this.transposed = transposed;
        this.output_padding = output_padding;
        this.groups = groups;
        this.padding_mode = padding_mode;
        if (transposed && padding_mode != PaddingModes.Zeros)
        {
            throw new ArgumentException("Only PaddingModes.Zeros is supported for ConvTransposeND", nameof(padding_mode));
        }

        if (padding_type == Padding.Same && stride.Any(step => step != 1))
        {
            throw new ArgumentException("padding='same' is not supported for strided convolutions");
        }

        long[] channels = transposed ? [in_channels, out_channels / groups] : [out_channels, in_channels / groups];
        weight = new Parameter(empty([.. channels, .. kernel_size], dtype, device));
        if (bias)
        {
            this.bias = new Parameter(empty(out_channels, dtype, device));
        }

        reset_parameters();
    }

    public Parameter weight
    {
        get => _weight!;
        set => Keep(ref _weight, nameof(weight), value);
    }

    public Parameter? bias
    {
        get => _bias;
        set => Keep(ref _bias, nameof(bias), value);
    }

    public long in_channels { get; }
    public long out_channels { get; }
    public long[] kernel_size { get; set; }
    public long[] stride { get; set; }
    public long[]? padding { get; }
    public Padding? padding_type { get; }
    public long[] dilation { get; set; }
    public bool transposed { get; }
    public long[] output_padding { get; set; }
    public long groups { get; set; }
    public PaddingModes padding_mode { get; set; }

    public void reset_parameters()
    {
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (bias is not null)
        {
            var bound = 1 / Math.Sqrt(nn.init.CalculateFanInAndFanOut(weight).fanIn);
            nn.init.uniform_(bias, -bound, bound);
        }
    }

    protected bool ValidateShape(Tensor input, long dimensions) =>
        (input.ndim == dimensions + 2 && input.size(1) == in_channels) || (input.ndim == dimensions + 1 && input.size(0) == in_channels);

    private protected Tensor Convolve(Tensor input, Func<Tensor, long[], Tensor> convolve, Func<Tensor, Padding, Tensor> convolvePadded)
    {
        var dimensions = kernel_size.Length;
        if (!ValidateShape(input, dimensions))
        {
            throw new ArgumentException($"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input with {in_channels} channels to Conv{dimensions}d.");
        }

        if (padding_mode != PaddingModes.Zeros)
        {
            using var padded = nn.functional.pad(input, PaddingOfEachSide(), padding_mode);
            return convolve(padded, new long[dimensions]);
        }

        return padding_type is Padding type ? convolvePadded(input, type) : convolve(input, padding!);
    }

    // The last dimension first, as functional.pad takes it.
    private long[] PaddingOfEachSide()
    {
        var sides = new List<long>();
        for (var i = kernel_size.Length - 1; i >= 0; i--)
        {
            var total = padding is not null ? 2 * padding[i] : padding_type == Padding.Same ? dilation[i] * (kernel_size[i] - 1) : 0;
            sides.Add(total / 2);
            sides.Add(total - total / 2);
        }

        return [.. sides];
    }
}
