using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Copies a row back to front, touching source and destination once.</summary>
internal static class ReversedCopy
{
    /// <summary>
    /// Fills <paramref name="destination"/> with <paramref name="source"/> in reverse; both have one length and share no memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged
    {
        source = source[..destination.Length];
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination);
        var (i, end) = (0, destination.Length);
        for (; i <= end - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            Reverse(Vector256.LoadUnsafe(ref from, (nuint)(end - i - Vector256<T>.Count))).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < end; i++)
        {
            destination[i] = source[end - 1 - i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Reverse<T>(Vector256<T> values)
        where T : unmanaged
        => Unsafe.SizeOf<T>() switch
        {
            1 => Vector256
                .Shuffle(
                    values.AsByte(),
                    Vector256.Create(
                        (byte)31,
                        30,
                        29,
                        28,
                        27,
                        26,
                        25,
                        24,
                        23,
                        22,
                        21,
                        20,
                        19,
                        18,
                        17,
                        16,
                        15,
                        14,
                        13,
                        12,
                        11,
                        10,
                        9,
                        8,
                        7,
                        6,
                        5,
                        4,
                        3,
                        2,
                        1,
                        0
                    )
                )
                .As<byte, T>(),
            2 => Vector256
                .Shuffle(values.AsInt16(), Vector256.Create((short)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0))
                .As<short, T>(),
            4 => Vector256.Shuffle(values.AsInt32(), Vector256.Create(7, 6, 5, 4, 3, 2, 1, 0)).As<int, T>(),
            _ => Vector256.Shuffle(values.AsInt64(), Vector256.Create(3L, 2, 1, 0)).As<long, T>(),
        };
}
