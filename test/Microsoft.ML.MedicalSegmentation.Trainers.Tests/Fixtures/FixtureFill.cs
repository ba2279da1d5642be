using System.Text;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Fixtures;

/// <summary>Fills parameters by the rule of the fixtures' README, so that outputs can be compared with the originals'.</summary>
internal static class FixtureFill
{
    private static readonly string[] Gates = ["gamma", "f_qr", "f_kr", "f_sve", "f_sv"];

    /// <summary>Fills a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="original">Whose shapes decide, where they differ in axes of one element.</param>
    public static void Apply(Network network, Fixture? original = null)
    {
        using var noGradients = torch.no_grad();
        var shapes = original?.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Shape) ?? [];
        foreach (var (name, parameter) in network.named_parameters())
        {
            Fill(name, parameter, shapes.GetValueOrDefault(name, parameter.shape));
        }

        foreach (var (name, buffer) in network.named_buffers().Where(entry => entry.buffer.dtype == torch.ScalarType.Float32))
        {
            Fill(name, buffer, buffer.shape);
        }
    }

    public static torch.Tensor Input(long[] shape) =>
        torch.tensor(Numbers("input", Size(shape), (0, 1)), torch.ScalarType.Float32).reshape(shape);

    /// <summary>The u of the rule: -1 to 1 by an integer hash of the name and the position.</summary>
    public static double Unit(string name, long position) => Unit(Hash(name), position);

    private static void Fill(string name, torch.Tensor tensor, long[] shape)
    {
        using var scope = torch.NewDisposeScope();
        var numbers = Numbers(name, Size(tensor.shape), Kind(name, Size(shape) == Size(tensor.shape) ? shape : tensor.shape));
        tensor.copy_(torch.tensor(numbers, torch.ScalarType.Float32).reshape(tensor.shape));
    }

    // What is added to u, and what u is multiplied by.
    private static (double Offset, double Scale) Kind(string name, long[] shape)
    {
        var last = name[(name.LastIndexOf('.') + 1)..];
        var size = Size(shape);
        var scale = shape.Length >= 2 ? Math.Sqrt(2.0 / (size / shape[0])) : 0;
        return last switch
        {
            _ when Gates.Contains(last) => (0.5, 0.1),
            _ when last.StartsWith("temperature", StringComparison.Ordinal) => (1, 0.1),
            "running_var" => (1, 0.1),
            "running_mean" => (0, 0.1),
            "weight" when shape.Length < 2 && size == 1 => (0.25, 0.1),
            "weight" when shape.Length < 2 => (1, 0.1),
            _ when shape.Length < 2 => (0, 0.1),
            _ => (0, scale),
        };
    }

    private static float[] Numbers(string name, long size, (double Offset, double Scale) kind)
    {
        var hash = Hash(name);
        var numbers = new float[size];
        for (var at = 0; at < numbers.Length; at++)
        {
            numbers[at] = (float)(kind.Offset + (kind.Scale * Unit(hash, at)));
        }

        return numbers;
    }

    private static double Unit(uint hash, long position)
    {
        var x = unchecked((uint)(hash + ((ulong)position * 2654435761UL)));
        x ^= x >> 16;
        x = unchecked(x * 0x85ebca6b);
        x ^= x >> 13;
        x = unchecked(x * 0xc2b2ae35);
        x ^= x >> 16;
        return (x / 4294967296.0 * 2) - 1;
    }

    private static uint Hash(string name)
    {
        var hash = 2166136261u;
        foreach (var letter in Encoding.UTF8.GetBytes(name))
        {
            hash = unchecked((hash ^ letter) * 16777619u);
        }

        return hash;
    }

    private static long Size(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
