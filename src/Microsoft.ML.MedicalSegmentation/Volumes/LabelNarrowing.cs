using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Volumes;

/// <summary>Turns the values of a volume into labels of 8 or 16 bits, and says what is not a label.</summary>
internal static class LabelNarrowing
{
    // Files hold labels as floating point, and scale integers by factors of single precision: 0.9999999 is 1.
    private const float Rounding = 1e-4f;
    private const float RelativeRounding = 1e-6f;

    private const int BlockLength = 8192;

    /// <summary>The label of a value; false if it is none.</summary>
    public static bool TryRound(float value, out ushort label)
    {
        var whole = MathF.Round(value);
        var isLabel = whole >= 0 && whole <= LabelClass.MaximumValue && MathF.Abs(value - whole) <= Rounding + (RelativeRounding * whole);
        label = isLabel ? (ushort)whole : (ushort)0;
        return isLabel;
    }

    /// <summary>The labels as UInt8, or UInt16 where a value needs it; null if a value is none.</summary>
    public static Volume? Narrow(Volume volume)
    {
        var count = checked((int)volume.Shape.Count);
        var narrow = LargeArray.Allocate<byte>(count);
        ushort[]? wide = null;
        var buffer = new float[BlockLength];
        var farthest = 0f;
        for (var start = 0; start < count; start += buffer.Length)
        {
            var block = buffer.AsSpan(0, Math.Min(buffer.Length, count - start));
            volume.CopyValues(start, block);
            for (var i = 0; i < block.Length; i++)
            {
                // Single precision holds every integer up to 2^24, so nothing is lost below the limit of labels.
                if (!TryRound(block[i], out var label))
                {
                    return null;
                }

                farthest = Math.Max(farthest, MathF.Abs(block[i] - label));
                if (label > byte.MaxValue && wide is null)
                {
                    wide = Widen(narrow, start + i);
                }

                if (wide is null)
                {
                    narrow[start + i] = (byte)label;
                }
                else
                {
                    wide[start + i] = label;
                }
            }
        }

        var header = volume.Header is { } said ? said with { Notes = [.. said.Notes, .. Notes(volume, farthest)] } : null;
        return wide is null
            ? Volume.Create(narrow, volume.Shape, volume.Geometry, header: header)
            : Volume.Create(wide, volume.Shape, volume.Geometry, header: header);
    }

    /// <summary>What is wrong with the first value that is not a label.</summary>
    public static string FindFault(Volume volume)
    {
        var buffer = new float[BlockLength];
        for (var start = 0L; start < volume.Shape.Count; start += buffer.Length)
        {
            var block = buffer.AsSpan(0, (int)Math.Min(buffer.Length, volume.Shape.Count - start));
            volume.CopyValues(start, block);
            for (var i = 0; i < block.Length; i++)
            {
                if (!TryRound(block[i], out _))
                {
                    return $"The value {block[i]} at {Place(start + i, volume.Shape)} is not a label. Labels are whole numbers from 0 to "
                        + $"{LabelClass.MaximumValue}. {Remedy(volume)}";
                }
            }
        }

        return "The volume holds no labels.";
    }

    /// <summary>What values that are not labels may mean.</summary>
    public static string Remedy(Volume volume) =>
        VoxelTypes.IsInteger(volume.VoxelType) && !volume.Scaling.IsIdentity
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The file stores whole numbers and scales them by the slope {volume.Scaling.Slope:G7} and "
                    + $"the intercept {volume.Scaling.Intercept:G7}: where the stored numbers are the labels, write "
                    + $"the file anew with slope 1 and intercept 0."
            )
            : "Was the file resampled by blending values, or is it an image or a probability map rather than a label volume?";

    private static IEnumerable<string> Notes(Volume volume, float farthest)
    {
        if (farthest > 0)
        {
            yield return FormattableString.Invariant($"Label values lie up to {farthest:G2} from whole numbers and were rounded.");
        }

        if (!volume.Scaling.IsIdentity)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Labels are the stored numbers scaled by the slope {volume.Scaling.Slope:G7} and the intercept "
                    + $"{volume.Scaling.Intercept:G7}."
            );
        }
    }

    private static string Place(long offset, VolumeShape shape)
    {
        var (row, x) = Math.DivRem(offset, shape.Width);
        var (z, y) = Math.DivRem(row, shape.Height);
        return $"[z {z}, y {y}, x {x}]";
    }

    private static ushort[] Widen(byte[] narrow, int filled)
    {
        var wide = new ushort[narrow.Length];
        for (var i = 0; i < filled; i++)
        {
            wide[i] = narrow[i];
        }

        return wide;
    }
}
