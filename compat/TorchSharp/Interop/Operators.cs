// Stands in for the thousand functions of TorchSharp's native library: calls an operator of libtorch by its name.
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.PInvoke.NativeMethods;
using static TorchSharp.torch;

namespace TorchSharp.PInvoke;

internal static unsafe class Operators
{
    private static readonly ConcurrentDictionary<string, nint> Handles = new();

    /// <summary>Calls the operator "name" or "name.overload", which gives one tensor.</summary>
    internal static Tensor Call(string name, params ReadOnlySpan<Argument> arguments)
    {
        nint result = 0;
        Invoke(name, arguments, &result, 1, null);
        return new Tensor(result);
    }

    /// <summary>Calls an operator that changes the tensor in its first argument, and gives that tensor.</summary>
    internal static Tensor InPlace(string name, Tensor self, params ReadOnlySpan<Argument> rest)
    {
        nint result = 0;
        Invoke(name, [self, .. rest], &result, 1, null);
        mst_free(result);
        return self;
    }

    internal static (Tensor, Tensor) CallPair(string name, params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc nint[2];
        Invoke(name, arguments, results, 2, null);
        return (new Tensor(results[0]), new Tensor(results[1]));
    }

    /// <summary>Calls an operator that gives a list of at most <paramref name="capacity"/> tensors.</summary>
    internal static Tensor[] CallList(string name, long capacity, params ReadOnlySpan<Argument> arguments)
    {
        var handles = new nint[checked((int)capacity)];
        int count;
        fixed (nint* results = handles)
        {
            count = Invoke(name, arguments, results, handles.Length, null);
        }

        return [.. handles.Take(count).Select(handle => new Tensor(handle))];
    }

    /// <summary>Calls an operator that gives a number or a truth value.</summary>
    internal static double CallNumber(string name, params ReadOnlySpan<Argument> arguments)
    {
        double number = 0;
        Invoke(name, arguments, null, 0, &number);
        return number;
    }

    [SkipLocalsInit]
    private static int Invoke(string name, ReadOnlySpan<Argument> arguments, nint* results, int capacity, double* number)
    {
        double unused;
        var native = stackalloc NativeArgument[arguments.Length];
        // Lists are copied to the stack, where nothing moves them.
        var words = 0;
        foreach (var argument in arguments)
        {
            words += argument.Reference switch
            {
                Array list => list.Length,
                string text => (Encoding.UTF8.GetMaxByteCount(text.Length) + 7) / 8,
                _ => 0,
            };
        }

        var memory = stackalloc long[words];
        for (var i = 0; i < arguments.Length; i++)
        {
            Write(arguments[i], native + i, ref memory);
        }

        var produced = mst_call(Find(name), native, arguments.Length, results, capacity, number == null ? &unused : number);
        foreach (var argument in arguments)
        {
            GC.KeepAlive(argument.Reference);
        }

        return produced < 0 ? throw Error() : produced;
    }

    private static void Write(in Argument argument, NativeArgument* native, ref long* memory)
    {
        native->Kind = argument.Kind;
        native->Integer = argument.Integer;
        native->Real = argument.Real;
        native->Data = memory;
        switch (argument.Kind)
        {
            case ArgumentKind.Tensor:
                native->Data = (void*)((Tensor)argument.Reference!).Handle;
                break;
            case ArgumentKind.Generator:
                native->Data = (void*)((Generator)argument.Reference!).Handle;
                break;
            case ArgumentKind.Device:
                var device = (Device)argument.Reference!;
                native->Device = (int)device.type;
                native->Integer = device.index;
                break;
            case ArgumentKind.Integers:
                foreach (var value in (long[])argument.Reference!)
                {
                    *memory++ = value;
                }

                native->Integer = memory - (long*)native->Data;
                break;
            case ArgumentKind.Reals:
                foreach (var value in (double[])argument.Reference!)
                {
                    *memory++ = BitConverter.DoubleToInt64Bits(value);
                }

                native->Integer = memory - (long*)native->Data;
                break;
            case ArgumentKind.Tensors or ArgumentKind.OptionalTensors:
                foreach (var tensor in (Tensor?[])argument.Reference!)
                {
                    *memory++ = tensor?.Handle ?? 0;
                }

                native->Integer = memory - (long*)native->Data;
                break;
            case ArgumentKind.Text:
                var text = (string)argument.Reference!;
                var bytes = new Span<byte>(memory, Encoding.UTF8.GetMaxByteCount(text.Length));
                native->Integer = Encoding.UTF8.GetBytes(text, bytes);
                memory += (bytes.Length + 7) / 8;
                break;
        }
    }

    private static nint Find(string name) => Handles.TryGetValue(name, out var handle) ? handle : Handles.GetOrAdd(name, static name =>
    {
        var parts = name.Split('.');
        var operation = Marshal.StringToCoTaskMemUTF8("aten::" + parts[0]);
        var overload = Marshal.StringToCoTaskMemUTF8(parts.Length > 1 ? parts[1] : "");
        try
        {
            return Check(mst_operator((byte*)operation, (byte*)overload));
        }
        finally
        {
            Marshal.FreeCoTaskMem(operation);
            Marshal.FreeCoTaskMem(overload);
        }
    });
}
