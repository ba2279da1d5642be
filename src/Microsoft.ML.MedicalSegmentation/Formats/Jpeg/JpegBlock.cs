namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>Turns the 64 frequencies of a block into its samples.</summary>
/// <remarks>
/// Loeffler, Ligtenberg and Moschytz 1989, "Practical fast 1-D DCT algorithms with 11 multiplications", in integers with 13
/// bits of fraction; the two roundings are those of libjpeg's "islow" transform, so that samples are equal.
/// </remarks>
internal static class JpegBlock
{
    /// <summary>Samples of a block.</summary>
    public const int Count = 64;

    private const int Fraction = 13;

    // Bits of fraction that are kept between the two passes; samples of 12 bits leave room for one.
    private const int KeptOf8Bits = 2, KeptOf12Bits = 1;

    /// <summary>The place, row by row, of each coefficient in the order of the file.</summary>
    public static ReadOnlySpan<byte> ZigZag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    /// <summary>Writes the samples of a block.</summary>
    /// <param name="coefficients">64, row by row.</param>
    /// <param name="steps">What a unit of each is worth.</param>
    /// <param name="samples">Receives 8 rows of 8 samples.</param>
    /// <param name="stride">Samples from a row to the next.</param>
    /// <param name="precision">Bits of a sample: 8 or 12.</param>
    public static void Invert(ReadOnlySpan<short> coefficients, ReadOnlySpan<ushort> steps, Span<ushort> samples, int stride, int precision)
    {
        var (kept, middle, largest) = (precision == 8 ? KeptOf8Bits : KeptOf12Bits, 1 << (precision - 1), (1 << precision) - 1);
        Span<int> block = stackalloc int[Count];
        for (var i = 0; i < Count; i++)
        {
            block[i] = coefficients[i] * steps[i];
        }

        for (var x = 0; x < 8; x++)
        {
            Transform(block[x..], 8, Fraction - kept);
        }

        for (var y = 0; y < 8; y++)
        {
            var row = block.Slice(8 * y, 8);
            Transform(row, 1, Fraction + kept + 3);
            for (var x = 0; x < 8; x++)
            {
                samples[(y * stride) + x] = (ushort)Math.Clamp(row[x] + middle, 0, largest);
            }
        }
    }

    private static void Transform(Span<int> v, int step, int shift)
    {
        // The even half: frequencies 0, 2, 4 and 6.
        int v2 = v[2 * step], v6 = v[6 * step];
        var turned = (v2 + v6) * 4433;
        var low = turned - (v6 * 15137);
        var high = turned + (v2 * 6270);
        var sum = (v[0] + v[4 * step]) << Fraction;
        var difference = (v[0] - v[4 * step]) << Fraction;
        int e0 = sum + high, e3 = sum - high, e1 = difference + low, e2 = difference - low;

        // The odd half: frequencies 1, 3, 5 and 7.
        int o0 = v[7 * step], o1 = v[5 * step], o2 = v[3 * step], o3 = v[step];
        int z1 = (o0 + o3) * -7373, z2 = (o1 + o2) * -20995, z3 = o0 + o2, z4 = o1 + o3;
        var z5 = (z3 + z4) * 9633;
        z3 = (z3 * -16069) + z5;
        z4 = (z4 * -3196) + z5;
        o0 = (o0 * 2446) + z1 + z3;
        o1 = (o1 * 16819) + z2 + z4;
        o2 = (o2 * 25172) + z2 + z3;
        o3 = (o3 * 12299) + z1 + z4;

        var half = 1 << (shift - 1);
        v[0] = (e0 + o3 + half) >> shift;
        v[7 * step] = (e0 - o3 + half) >> shift;
        v[step] = (e1 + o2 + half) >> shift;
        v[6 * step] = (e1 - o2 + half) >> shift;
        v[2 * step] = (e2 + o1 + half) >> shift;
        v[5 * step] = (e2 - o1 + half) >> shift;
        v[3 * step] = (e3 + o0 + half) >> shift;
        v[4 * step] = (e3 - o0 + half) >> shift;
    }
}
