using TorchSharp;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch.nn;
using Parameter = TorchSharp.Modules.Parameter;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>Fresh parameters and buffers: float32 on the CPU, owned by no dispose scope.</summary>
public static class WeightInitializer
{
    /// <summary>Uniform in -bound to bound.</summary>
    public static Parameter Uniform(double bound, params long[] sizes) => Make(sizes, tensor => init.uniform_(tensor, -bound, bound));

    /// <summary>Normal around 0.</summary>
    public static Parameter Normal(double standardDeviation, params long[] sizes) =>
        Make(sizes, tensor => init.normal_(tensor, 0, standardDeviation));

    /// <summary>One number everywhere.</summary>
    public static Parameter Constant(double number, params long[] sizes) => Make(sizes, tensor => init.constant_(tensor, Number(number)));

    /// <summary>PyTorch's default for convolutions and linear layers: uniform within 1 / sqrt(fan-in).</summary>
    /// <param name="fanIn">Numbers that each output sums over.</param>
    /// <param name="sizes">Sizes of the parameter.</param>
    public static Parameter Default(long fanIn, params long[] sizes) => Uniform(1 / Math.Sqrt(fanIn), sizes);

    /// <summary>Numbers that each output of a convolution sums over.</summary>
    internal static long FanIn(int spatialDims, long channels, PerAxis kernel) =>
        kernel.For(spatialDims).Aggregate(channels, (product, size) => product * size);

    /// <summary>A buffer of one number: saved with the weights, not trained.</summary>
    public static Tensor Buffer(double number, params long[] sizes) =>
        torch.full(sizes, Number(number), torch.ScalarType.Float32).DetachFromDisposeScope();

    /// <summary>An int64 buffer: counters [] and indices [K].</summary>
    public static Tensor Buffer(long[] numbers, params long[] sizes) =>
        torch.tensor(numbers, torch.ScalarType.Int64).reshape(sizes).DetachFromDisposeScope();

    /// <summary>The layer with the parameters whose names begin so at 0; without a beginning, all of them.</summary>
    public static TLayer Zeroed<TLayer>(TLayer layer, string beginning = "")
        where TLayer : Layer
    {
        using var noGradients = torch.no_grad();
        foreach (var (_, parameter) in layer.named_parameters().Where(entry => entry.name.StartsWith(beginning, StringComparison.Ordinal)))
        {
            init.zeros_(parameter);
        }

        return layer;
    }

    private static Parameter Make(long[] sizes, Func<Tensor, Tensor> fill)
    {
        using var noGradients = torch.no_grad();
        var tensor = torch.empty(sizes, torch.ScalarType.Float32);
        fill(tensor);
        return torch.nn.Parameter(tensor);
    }
}
