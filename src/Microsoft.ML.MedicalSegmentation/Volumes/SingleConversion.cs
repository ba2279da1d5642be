using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Volumes;

/// <summary>Stored voxels as single precision; the types that scanners and label files use take several voxels at a time.</summary>
internal static class SingleConversion
{
    /// <summary>Converts all of <paramref name="stored"/>; the destination has the same length.</summary>
    public static void Convert<T>(ReadOnlySpan<T> stored, Span<float> destination)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(short))
        {
            Convert(MemoryMarshal.Cast<T, short>(stored), destination);
        }
        else if (typeof(T) == typeof(ushort))
        {
            Convert(MemoryMarshal.Cast<T, ushort>(stored), destination);
        }
        else
        {
            TensorPrimitives.ConvertTruncating(stored, destination);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convert(ReadOnlySpan<short> stored, Span<float> destination)
    {
        var (i, half) = (0, Vector<float>.Count);
        for (; i <= stored.Length - Vector<short>.Count; i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(stored[i..]), out var low, out var high);
            Vector.ConvertToSingle(low).CopyTo(destination[i..]);
            Vector.ConvertToSingle(high).CopyTo(destination[(i + half)..]);
        }

        for (; i < stored.Length; i++)
        {
            destination[i] = stored[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convert(ReadOnlySpan<ushort> stored, Span<float> destination)
    {
        var (i, half) = (0, Vector<float>.Count);
        for (; i <= stored.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            // Sixteen bits stay positive in 32, and signed numbers convert faster.
            Vector.Widen(new Vector<ushort>(stored[i..]), out var low, out var high);
            Vector.ConvertToSingle(Vector.AsVectorInt32(low)).CopyTo(destination[i..]);
            Vector.ConvertToSingle(Vector.AsVectorInt32(high)).CopyTo(destination[(i + half)..]);
        }

        for (; i < stored.Length; i++)
        {
            destination[i] = stored[i];
        }
    }
}
