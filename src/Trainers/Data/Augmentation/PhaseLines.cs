using System.Numerics.Tensors;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>Changes the lines of k-space along one axis of a channel.</summary>
/// <remarks>
/// A discrete Fourier transform along that axis, for all columns at once, and back; the result is the magnitude that a scanner shows.
/// Voxels are shifted by the least one before, as magnitudes are not negative, and back after.
/// </remarks>
internal static class PhaseLines
{
    /// <summary>What is done to the line of a frequency, from -n/2 on; all columns of a block.</summary>
    public delegate void LineChange(int frequency, Span<float> real, Span<float> imaginary);

    /// <summary>Changes a channel in place.</summary>
    /// <param name="voxels">[D, H, W].</param>
    /// <param name="axis">The phase axis.</param>
    /// <param name="change">Called for every frequency of every block of columns.</param>
    public static void Change(Span<float> voxels, VoxelAxis axis, LineChange change)
    {
        if (axis.Count == 1)
        {
            return;
        }

        var least = TensorPrimitives.Min<float>(voxels);
        TensorPrimitives.Subtract(voxels, least, voxels);
        var (count, columns) = (axis.Count, axis.Run == 1 ? voxels.Length / axis.Count : axis.Run);
        var (real, imaginary) = (new float[count * columns], new float[count * columns]);
        var lines = new float[count * columns];
        for (var group = 0; group < voxels.Length; group += lines.Length)
        {
            var block = voxels.Slice(group, lines.Length);
            Arrange(block, lines, axis.Run == 1, columns, count);
            for (var line = 0; line < count; line++)
            {
                var frequency = line - (count / 2);
                var re = real.AsSpan(line * columns, columns);
                var im = imaginary.AsSpan(line * columns, columns);
                Project(lines, frequency, count, re, im);
                change(frequency, re, im);
            }

            Recompose(real, imaginary, count, columns, lines);
            Arrange(lines, block, axis.Run == 1, count, columns);
        }

        TensorPrimitives.Add(voxels, least, voxels);
    }

    // Along x columns lie in one piece and are laid side by side; other axes have that order already.
    private static void Arrange(ReadOnlySpan<float> from, Span<float> to, bool transposes, int rows, int columns)
    {
        if (!transposes)
        {
            from.CopyTo(to);
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                to[(column * rows) + row] = from[(row * columns) + column];
            }
        }
    }

    private static void Project(ReadOnlySpan<float> lines, int frequency, int count, Span<float> real, Span<float> imaginary)
    {
        real.Clear();
        imaginary.Clear();
        for (var place = 0; place < count; place++)
        {
            var (sine, cosine) = Math.SinCos(-2 * Math.PI * frequency * place / count);
            var values = lines.Slice(place * real.Length, real.Length);
            TensorPrimitives.MultiplyAdd(values, (float)cosine, real, real);
            TensorPrimitives.MultiplyAdd(values, (float)sine, imaginary, imaginary);
        }
    }

    private static void Recompose(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, int count, int columns, Span<float> lines)
    {
        var (re, im) = (new float[columns], new float[columns]);
        for (var place = 0; place < count; place++)
        {
            Array.Clear(re);
            Array.Clear(im);
            for (var line = 0; line < count; line++)
            {
                var (sine, cosine) = Math.SinCos(2 * Math.PI * (line - (count / 2)) * place / count);
                var a = real.Slice(line * columns, columns);
                var b = imaginary.Slice(line * columns, columns);
                TensorPrimitives.MultiplyAdd(a, (float)cosine, re, re);
                TensorPrimitives.MultiplyAdd(b, (float)-sine, re, re);
                TensorPrimitives.MultiplyAdd(a, (float)sine, im, im);
                TensorPrimitives.MultiplyAdd(b, (float)cosine, im, im);
            }

            var magnitudes = lines.Slice(place * columns, columns);
            TensorPrimitives.Hypot(re, im, magnitudes);
            TensorPrimitives.Divide(magnitudes, count, magnitudes);
        }
    }
}
