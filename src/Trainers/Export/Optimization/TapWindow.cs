using Microsoft.ML.MedicalSegmentation.Expressions.Onnx;

namespace Microsoft.ML.MedicalSegmentation.Export.Optimization;

/// <summary>
/// Places along an enlarged axis, and the matrix that sums to them what each tap of a kernel gives at the places before enlarging.
/// </summary>
/// <param name="Name">The same for equal matrices.</param>
/// <param name="First">The first place before enlarging.</param>
/// <param name="Length">Places before enlarging.</param>
/// <param name="Outputs">Places behind.</param>
/// <param name="Taps">Taps of the kernel.</param>
/// <param name="TapsFirst">[outputs, taps and places before enlarging].</param>
internal sealed record TapWindow(string Name, long First, long Length, long Outputs, long Taps, float[,] TapsFirst)
{
    /// <summary>The windows that give the whole axis.</summary>
    /// <param name="from">Places before enlarging.</param>
    /// <param name="to">Places behind.</param>
    /// <param name="taps">Taps of the kernel, an odd number, with as many zeros around the enlarged axis as keep its length.</param>
    /// <param name="alignCorners">How the axis is enlarged.</param>
    /// <param name="most">Places after it that a window may give.</param>
    public static IReadOnlyList<TapWindow> Cut(long from, long to, long taps, bool alignCorners, long most)
    {
        var weights = LinearInterpolation.Matrix(from, to, alignCorners);
        var count = (to + most - 1) / most;
        return [.. Enumerable.Range(0, (int)count).Select(at => Make(weights, taps, at * to / count, (at + 1) * to / count, alignCorners))];
    }

    /// <summary>[outputs, places before enlarging and taps].</summary>
    public float[,] TapsLast
    {
        get
        {
            var matrix = new float[Outputs, Taps * Length];
            for (var row = 0; row < Outputs; row++)
            {
                for (var at = 0; at < matrix.GetLength(1); at++)
                {
                    matrix[row, at] = TapsFirst[row, (at % Taps * Length) + (at / Taps)];
                }
            }

            return matrix;
        }
    }

    private static TapWindow Make(double[,] weights, long taps, long start, long end, bool alignCorners)
    {
        var (to, from, reach) = (weights.GetLength(0), weights.GetLength(1), taps / 2);
        var (highest, lowest) = (Math.Max(start - reach, 0), Math.Min(end + reach, to) - 1);
        var first = Enumerable.Range(0, from).First(at => weights[highest, at] != 0);
        var length = Enumerable.Range(0, from).Last(at => weights[lowest, at] != 0) + 1 - first;
        var matrix = new float[end - start, taps * length];
        for (var place = start; place < end; place++)
        {
            for (long tap = 0; tap < taps; tap++)
            {
                for (long at = 0; at < length && place + tap - reach >= 0 && place + tap - reach < to; at++)
                {
                    matrix[place - start, (tap * length) + at] = (float)weights[place + tap - reach, first + at];
                }
            }
        }

        return new($"taps:{taps}x{from}to{start}..{end}of{to}{(alignCorners ? ",corners" : "")}", first, length, end - start, taps, matrix);
    }
}
