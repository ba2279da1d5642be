// Stands in for the typed parameters of TorchSharp's PInvoke signatures: one argument of an operator, of any type.
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.PInvoke;

internal enum ArgumentKind
{
    None, Tensor, Integer, Real, Boolean, Integers, Reals, Tensors, OptionalTensors, Text, Device, Generator,
}

/// <summary>The argument as native/shim.cpp reads it (its struct Argument).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeArgument
{
    public ArgumentKind Kind;
    public int Device;
    public long Integer;
    public double Real;
    public void* Data;
}

internal readonly struct Argument
{
    internal readonly ArgumentKind Kind;
    internal readonly object? Reference;
    internal readonly long Integer;
    internal readonly double Real;

    private Argument(ArgumentKind kind, object? reference = null, long integer = 0, double real = 0)
    {
        Kind = reference is null && kind is not (ArgumentKind.Integer or ArgumentKind.Real or ArgumentKind.Boolean) ? ArgumentKind.None : kind;
        Reference = reference;
        Integer = integer;
        Real = real;
    }

    internal static Argument None => default;

    /// <summary>A list of tensors in which null is allowed, as operator index takes it.</summary>
    internal static Argument Optional(Tensor?[] tensors) => new(ArgumentKind.OptionalTensors, tensors);

    public static implicit operator Argument(Tensor? value) => new(ArgumentKind.Tensor, value);
    public static implicit operator Argument(Tensor[] value) => new(ArgumentKind.Tensors, value);
    public static implicit operator Argument(long value) => new(ArgumentKind.Integer, integer: value);
    public static implicit operator Argument(double value) => new(ArgumentKind.Real, real: value);
    public static implicit operator Argument(bool value) => new(ArgumentKind.Boolean, integer: value ? 1 : 0);
    public static implicit operator Argument(long? value) => value is long v ? v : default(Argument);
    public static implicit operator Argument(double? value) => value is double v ? v : default(Argument);
    public static implicit operator Argument(bool? value) => value is bool v ? v : default(Argument);
    public static implicit operator Argument(long[]? value) => new(ArgumentKind.Integers, value);
    public static implicit operator Argument(double[]? value) => new(ArgumentKind.Reals, value);
    public static implicit operator Argument(string? value) => new(ArgumentKind.Text, value);
    public static implicit operator Argument(Device? value) => new(ArgumentKind.Device, value);
    public static implicit operator Argument(Generator? value) => new(ArgumentKind.Generator, value);
    public static implicit operator Argument(ScalarType value) => (long)value;
    public static implicit operator Argument(ScalarType? value) => value is ScalarType v ? (long)v : default(Argument);
    public static implicit operator Argument(nn.Reduction value) => (long)value;
    public static implicit operator Argument(Scalar? value) => value?.Argument ?? default;
}
