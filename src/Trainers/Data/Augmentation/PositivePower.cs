using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Powers of many numbers from 0 to 1, by vectors.</summary>
/// <remarks>
/// x^p = 2^(p log2 x), both by polynomials; the relative error is below 2e-6 for powers up to 10 and x above 1e-6. Several times as fast as
/// a power for any numbers.
/// </remarks>
internal static class PositivePower
{
    private const int MantissaBits = 23;

    /// <summary>
    /// Multiplies by <paramref name="scale"/>, which brings the numbers into [0, 1], and raises to <paramref name="power"/>.
    /// </summary>
    /// <param name="values">Changed in place.</param>
    /// <param name="scale">What is a little outside [0, 1] after it, by rounding, counts as 0 or 1.</param>
    /// <param name="power">Above 0.</param>
    public static void Raise(Span<float> values, float scale, float power)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (ref var vector in vectors)
        {
            vector = Raise(Vector.Min(vector * scale, Vector<float>.One), power);
        }

        var rest = values[(vectors.Length * Vector<float>.Count)..];
        Span<float> padded = stackalloc float[Vector<float>.Count];
        padded.Clear();
        rest.CopyTo(padded);
        var last = Raise(Vector.Min(new Vector<float>(padded) * scale, Vector<float>.One), power);
        last.CopyTo(padded);
        padded[..rest.Length].CopyTo(rest);
    }

    private static Vector<float> Raise(Vector<float> x, float power)
    {
        var isZero = Vector.LessThan(x, new Vector<float>(1e-30f));
        var result = Exp2(Vector.Max(Log2(Vector.Max(x, new Vector<float>(1e-30f))) * power, new Vector<float>(-126)));
        return Vector.ConditionalSelect(isZero, Vector<float>.Zero, result);
    }

    // x = 2^e m with m in [sqrt(1/2), sqrt(2)); log2 m is a series in s = (m - 1) / (m + 1).
    private static Vector<float> Log2(Vector<float> x)
    {
        var bits = Vector.AsVectorInt32(x);
        var exponent = Vector.ShiftRightArithmetic(bits - new Vector<int>(0x3F3504F3), MantissaBits);
        var mantissa = Vector.AsVectorSingle(bits - Vector.ShiftLeft(exponent, MantissaBits));
        var s = (mantissa - Vector<float>.One) / (mantissa + Vector<float>.One);
        var square = s * s;
        var series =
            (
                (((((square * (1f / 9)) + new Vector<float>(1f / 7)) * square) + new Vector<float>(1f / 5)) * square)
                + new Vector<float>(1f / 3)
            ) * square;
        return Vector.ConvertToSingle(exponent) + ((s + (s * series)) * 2.88539008f);
    }

    // 2^x = 2^n 2^f with n whole and f in [-1/2, 1/2]; the Taylor series of 2^f.
    private static Vector<float> Exp2(Vector<float> x)
    {
        var whole = Vector.Floor(x + new Vector<float>(0.5f));
        var f = x - whole;
        var series = new Vector<float>(1.5403530e-4f);
        series = (series * f) + new Vector<float>(1.3333558e-3f);
        series = (series * f) + new Vector<float>(9.6181291e-3f);
        series = (series * f) + new Vector<float>(5.5504109e-2f);
        series = (series * f) + new Vector<float>(0.24022651f);
        series = (series * f) + new Vector<float>(0.69314718f);
        series = (series * f) + Vector<float>.One;
        var power = Vector.AsVectorSingle(Vector.ShiftLeft(Vector.ConvertToInt32(whole) + new Vector<int>(127), MantissaBits));
        return series * power;
    }
}
