using System.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>Finds values that are NaN or infinite.</summary>
internal static class FiniteInput
{
    /// <summary>Index of the first value that is not finite; -1 where all are.</summary>
    public static int IndexOfFirstOther(ReadOnlySpan<float> values)
    {
        var i = 0;
        var largest = new Vector<float>(float.MaxValue);
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            // NaN compares false, so this holds for finite values only.
            if (!Vector.LessThanOrEqualAll(Vector.Abs(new Vector<float>(values[i..])), largest))
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Fails for a volume with NaN or infinite values; the message gives their number and the place of the first.</summary>
    /// <exception cref="InputDataException">There are such values.</exception>
    public static void Require(Volume volume)
    {
        if (VoxelTypes.IsInteger(volume.VoxelType))
        {
            return;
        }

        const int BlockLength = 1 << 16;
        var plain = volume as Volume<float> is { Scaling.IsIdentity: true } single ? single : null;
        var buffer = plain is null ? new float[BlockLength] : [];
        long first = -1, count = 0;
        for (long start = 0; start < volume.Shape.Count; start += BlockLength)
        {
            var length = (int)Math.Min(BlockLength, volume.Shape.Count - start);
            ReadOnlySpan<float> block;
            if (plain is null)
            {
                volume.CopyValues(start, buffer.AsSpan(0, length));
                block = buffer.AsSpan(0, length);
            }
            else
            {
                block = plain.Voxels.Slice((int)start, length);
            }

            for (var at = 0; at < length && IndexOfFirstOther(block[at..]) is var next and >= 0; at += next + 1)
            {
                first = count++ == 0 ? start + at + next : first;
            }
        }

        if (count > 0)
        {
            var shape = volume.Shape;
            long x = first % shape.Width, y = first / shape.Width % shape.Height, z = first / shape.Width / shape.Height % shape.Depth;
            throw new InputDataException(
                $"In {volume.NameInErrors}, {count:N0} {(count == 1 ? "voxel is" : "voxels are")} NaN or infinite, the first at "
                    + $"[channel {first / shape.ChannelCount}, z {z}, y {y}, x {x}]. A network spreads them over its whole output. Set "
                    + "NonFiniteReplacement of NormalizeIntensity, or repair the file."
            );
        }
    }
}
