using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Brings voxels that lie apart in memory together as single precision, eight at a time.</summary>
internal static class CellGathering
{
    /// <summary>The voxels at eight offsets from <paramref name="origin"/>, and those <paramref name="right"/> further on.</summary>
    /// <param name="origin">Offset 0.</param>
    /// <param name="right">1, or 0 if there is no neighbour.</param>
    /// <param name="offsets">Eight of them, not checked.</param>
    /// <param name="lower">The voxels.</param>
    /// <param name="upper">Their neighbours.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pairs<T>(ref T origin, int right, ReadOnlySpan<int> offsets, out Vector256<float> lower, out Vector256<float> upper)
        where T : unmanaged, INumber<T>
    {
        if (
            right == 0
            || !BitConverter.IsLittleEndian
            || !(typeof(T) == typeof(short) || typeof(T) == typeof(ushort) || typeof(T) == typeof(float))
        )
        {
            lower = Gather(ref origin, offsets);
            upper = Gather(ref Unsafe.Add(ref origin, right), offsets);
        }
        else if (typeof(T) == typeof(float))
        {
            // A voxel and its neighbour are one load, the neighbour in the upper half.
            var near = Vector256.Create(
                Load<T, long>(ref origin, offsets[0]),
                Load<T, long>(ref origin, offsets[1]),
                Load<T, long>(ref origin, offsets[2]),
                Load<T, long>(ref origin, offsets[3])
            );
            var far = Vector256.Create(
                Load<T, long>(ref origin, offsets[4]),
                Load<T, long>(ref origin, offsets[5]),
                Load<T, long>(ref origin, offsets[6]),
                Load<T, long>(ref origin, offsets[7])
            );
            lower = Vector256.Narrow(near, far).AsSingle();
            upper = Vector256.Narrow(near >>> 32, far >>> 32).AsSingle();
        }
        else
        {
            var pairs = Vector256.Create(
                Load<T, int>(ref origin, offsets[0]),
                Load<T, int>(ref origin, offsets[1]),
                Load<T, int>(ref origin, offsets[2]),
                Load<T, int>(ref origin, offsets[3]),
                Load<T, int>(ref origin, offsets[4]),
                Load<T, int>(ref origin, offsets[5]),
                Load<T, int>(ref origin, offsets[6]),
                Load<T, int>(ref origin, offsets[7]));
            var isSigned = typeof(T) == typeof(short);
            lower = Vector256.ConvertToSingle(isSigned ? (pairs << 16) >> 16 : pairs & Vector256.Create(0xFFFF));
            upper = Vector256.ConvertToSingle(isSigned ? pairs >> 16 : pairs >>> 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Gather<T>(ref T origin, ReadOnlySpan<int> offsets)
        where T : unmanaged, INumber<T>
        => Vector256.Create(
            Single(ref origin, offsets[0]),
            Single(ref origin, offsets[1]),
            Single(ref origin, offsets[2]),
            Single(ref origin, offsets[3]),
            Single(ref origin, offsets[4]),
            Single(ref origin, offsets[5]),
            Single(ref origin, offsets[6]),
            Single(ref origin, offsets[7]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Single<T>(ref T origin, int offset)
        where T : unmanaged, INumber<T>
        => float.CreateTruncating(Unsafe.Add(ref origin, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TPair Load<T, TPair>(ref T origin, int offset)
        where T : unmanaged
        => Unsafe.ReadUnaligned<TPair>(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref origin, offset)));
}
