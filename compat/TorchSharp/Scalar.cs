// Stands in for TorchSharp.Scalar: a number of any type, as operators take it. The real one owns native memory; this one
// is plain managed.
using TorchSharp.PInvoke;
using static TorchSharp.torch;

namespace TorchSharp;

public sealed class Scalar : IDisposable
{
    private Scalar(Argument argument, ScalarType type)
    {
        Argument = argument;
        Type = type;
    }

    internal Argument Argument { get; }

    public ScalarType Type { get; }

    public static implicit operator Scalar(byte value) => new(value, ScalarType.Byte);
    public static implicit operator Scalar(sbyte value) => new(value, ScalarType.Int8);
    public static implicit operator Scalar(short value) => new(value, ScalarType.Int16);
    public static implicit operator Scalar(int value) => new(value, ScalarType.Int32);
    public static implicit operator Scalar(long value) => new(value, ScalarType.Int64);
    public static implicit operator Scalar(Half value) => new((double)value, ScalarType.Float16);
    public static implicit operator Scalar(float value) => new((double)value, ScalarType.Float32);
    public static implicit operator Scalar(double value) => new(value, ScalarType.Float64);
    public static implicit operator Scalar(bool value) => new(value, ScalarType.Bool);

    public void Dispose()
    {
        // There is nothing native to release.
    }
}
