using System.Runtime.InteropServices;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

/// <summary>Constant data of a graph: a parameter of the network, or numbers that an operator needs.</summary>
internal sealed class OnnxInitializer
{
    private const int Float = 1;
    private const int Int64 = 7;

    private readonly Action<Stream> _writeData;

    private OnnxInitializer(string name, int type, long[] sizes, int elementBytes, Action<Stream> writeData)
    {
        Name = name;
        ElementType = type;
        Sizes = sizes;
        DataLength = sizes.Aggregate((long)elementBytes, (product, size) => product * size);
        _writeData = writeData;
    }

    public string Name { get; }

    /// <summary>ONNX's number for the element type: 1 is float, 7 is int64.</summary>
    public int ElementType { get; }

    public long[] Sizes { get; }

    /// <summary>Bytes of raw data.</summary>
    public long DataLength { get; }

    /// <summary>A parameter or buffer. Its data is read when the file is written, one tensor at a time.</summary>
    public static OnnxInitializer Of(string name, Tensor tensor)
    {
        var isIndex = tensor.dtype == torch.ScalarType.Int64;
        return new(name, isIndex ? Int64 : Float, tensor.shape, isIndex ? sizeof(long) : sizeof(float), destination =>
        {
            using var scope = torch.NewDisposeScope();
            using var noGradients = torch.no_grad();
            var type = isIndex ? torch.ScalarType.Int64 : torch.ScalarType.Float32;
            destination.Write(tensor.detach().to(type).cpu().contiguous().bytes);
        });
    }

    public static OnnxInitializer Of(string name, long[] numbers) =>
        new(name, Int64, [numbers.Length], sizeof(long), destination => destination.Write(MemoryMarshal.AsBytes<long>(numbers)));

    public static OnnxInitializer Of(string name, float number) =>
        new(name, Float, [], sizeof(float), destination => destination.Write(MemoryMarshal.AsBytes<float>([number])));

    public static OnnxInitializer Of(string name, float[] numbers) =>
        new(name, Float, [numbers.Length], sizeof(float), destination => destination.Write(MemoryMarshal.AsBytes<float>(numbers)));

    public static OnnxInitializer Of(string name, float[,] numbers) => new(
        name,
        Float,
        [numbers.GetLength(0), numbers.GetLength(1)],
        sizeof(float),
        destination => destination.Write(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref numbers[0, 0], numbers.Length))));

    public void WriteData(Stream destination) => _writeData(destination);
}
