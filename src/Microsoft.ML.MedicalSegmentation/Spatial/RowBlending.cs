using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.MedicalSegmentation.Spatial;

/// <summary>Weighted sums of rows, in one pass over memory.</summary>
internal static class RowBlending
{
    /// <summary>result = a * wa + b * wb; all of one length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Blend(ReadOnlySpan<float> a, float wa, ReadOnlySpan<float> b, float wb, Span<float> result)
    {
        a = a[..result.Length];
        b = b[..result.Length];
        var (va, vb) = (new Vector<float>(wa), new Vector<float>(wb));
        var i = 0;
        for (; i <= result.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var sum = (new Vector<float>(a[i..]) * va) + (new Vector<float>(b[i..]) * vb);
            sum.CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = (a[i] * wa) + (b[i] * wb);
        }
    }

    /// <summary>result = a * wa + b * wb + c * wc + d * wd; all of one length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Blend(
        ReadOnlySpan<float> a,
        float wa,
        ReadOnlySpan<float> b,
        float wb,
        ReadOnlySpan<float> c,
        float wc,
        ReadOnlySpan<float> d,
        float wd,
        Span<float> result
    )
    {
        a = a[..result.Length];
        b = b[..result.Length];
        c = c[..result.Length];
        d = d[..result.Length];
        var (va, vb, vc, vd) = (new Vector<float>(wa), new Vector<float>(wb), new Vector<float>(wc), new Vector<float>(wd));
        var i = 0;
        for (; i <= result.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var sum =
                (new Vector<float>(a[i..]) * va)
                + (new Vector<float>(b[i..]) * vb)
                + (new Vector<float>(c[i..]) * vc)
                + (new Vector<float>(d[i..]) * vd);
            sum.CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = (a[i] * wa) + (b[i] * wb) + (c[i] * wc) + (d[i] * wd);
        }
    }

    /// <summary>Each voxel of the result from two voxels of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="indices">Two per voxel of the result.</param>
    /// <param name="weights">Two per voxel of the result.</param>
    /// <param name="result">The result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SampleTwo(ReadOnlySpan<float> row, ReadOnlySpan<int> indices, ReadOnlySpan<float> weights, Span<float> result)
    {
        indices = indices[..(2 * result.Length)];
        weights = weights[..(2 * result.Length)];
        for (int i = 0, tap = 0; i < result.Length; i++, tap += 2)
        {
            result[i] = (row[indices[tap]] * weights[tap]) + (row[indices[tap + 1]] * weights[tap + 1]);
        }
    }

    /// <summary>Each voxel of the result from four voxels of a row.</summary>
    /// <inheritdoc cref="SampleTwo"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SampleFour(ReadOnlySpan<float> row, ReadOnlySpan<int> indices, ReadOnlySpan<float> weights, Span<float> result)
    {
        indices = indices[..(4 * result.Length)];
        weights = weights[..(4 * result.Length)];
        for (int i = 0, tap = 0; i < result.Length; i++, tap += 4)
        {
            result[i] = (row[indices[tap]] * weights[tap]) + (row[indices[tap + 1]] * weights[tap + 1])
                + (row[indices[tap + 2]] * weights[tap + 2]) + (row[indices[tap + 3]] * weights[tap + 3]);
        }
    }
}
