using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.MedicalSegmentation.Datasets.Fingerprints;

namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

/// <summary>What one pass over the voxels of a channel gives.</summary>
/// <param name="Digest">SHA-256 of size and values in single precision: equal for equal voxels, in whatever format and type.</param>
/// <param name="Minimum">Smallest finite value; infinite where there is none.</param>
/// <param name="Maximum">Largest finite value.</param>
/// <param name="NonFinite">Voxels that are NaN or infinite.</param>
/// <param name="FirstNonFinite">Offset of the first of these; -1 where there is none.</param>
internal sealed record ChannelFacts(string Digest, float Minimum, float Maximum, long NonFinite, long FirstNonFinite)
{
    private const int BlockLength = 1 << 15;

    /// <summary>True if all finite voxels have one value.</summary>
    public bool IsConstant => Minimum >= Maximum;

    /// <summary>Reads the voxels once, some rows at a time.</summary>
    /// <param name="channel">A volume of one channel.</param>
    /// <param name="box">Grows around voxels that are not 0.</param>
    public static ChannelFacts Of(Volume channel, VoxelBox box)
    {
        var shape = channel.Shape;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(MemoryMarshal.AsBytes<int>([shape.Width, shape.Height, shape.Depth]));
        var (minimum, maximum) = (float.PositiveInfinity, float.NegativeInfinity);
        var (nonFinite, first) = (0L, -1L);
        var rows = (long)shape.Height * shape.Depth;
        var buffer = new float[Math.Min(rows, Math.Max(1, BlockLength / shape.Width)) * shape.Width];
        for (var row = 0L; row < rows; row += buffer.Length / shape.Width)
        {
            var count = (int)Math.Min(buffer.Length / shape.Width, rows - row);
            var values = buffer.AsSpan(0, count * shape.Width);
            channel.CopyValues(row * shape.Width, values);
            digest.AppendData(MemoryMarshal.AsBytes(values));
            for (var i = 0; i < count; i++)
            {
                box.AddRow(values.Slice(i * shape.Width, shape.Width), (int)((row + i) % shape.Height), (int)((row + i) / shape.Height));
            }

            // Both are NaN if a value is.
            var (low, high) = (TensorPrimitives.Min<float>(values), TensorPrimitives.Max<float>(values));
            if (!float.IsFinite(low) || !float.IsFinite(high))
            {
                (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
                for (var i = 0; i < values.Length; i++)
                {
                    if (float.IsFinite(values[i]))
                    {
                        (low, high) = (Math.Min(low, values[i]), Math.Max(high, values[i]));
                    }
                    else if (nonFinite++ == 0)
                    {
                        first = (row * shape.Width) + i;
                    }
                }
            }

            (minimum, maximum) = (Math.Min(minimum, low), Math.Max(maximum, high));
        }

        return new(Convert.ToHexString(digest.GetHashAndReset()), minimum, maximum, nonFinite, first);
    }
}
