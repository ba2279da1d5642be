using System.IO.Compression;

namespace Microsoft.ML.MedicalSegmentation.Reports;

/// <summary>Bytes of a volume for the viewer: taken at every n-th voxel, compressed, as base64.</summary>
internal static class ViewerVolume
{
    /// <summary>How many voxels lie between those that are taken, along x, y and z.</summary>
    public static (int X, int Y, int Z) StepsFor(VolumeShape shape, int longestSide)
    {
        int Step(int length) => ((length - 1) / longestSide) + 1;
        return (Step(shape.Width), Step(shape.Height), Step(shape.Depth));
    }

    /// <summary>Voxels that are taken along x, y and z.</summary>
    public static (int X, int Y, int Z) SizeOf(VolumeShape shape, (int X, int Y, int Z) steps)
        => ((shape.Width + steps.X - 1) / steps.X, (shape.Height + steps.Y - 1) / steps.Y, (shape.Depth + steps.Z - 1) / steps.Z);

    /// <summary>Values of one channel.</summary>
    public static float[] Values(Volume volume, int channel, (int X, int Y, int Z) steps)
    {
        var shape = volume.Shape;
        var size = SizeOf(shape, steps);
        var (taken, row) = (new float[size.X * size.Y * size.Z], new float[shape.Width]);
        var next = 0;
        for (var z = 0; z < shape.Depth; z += steps.Z)
        {
            for (var y = 0; y < shape.Height; y += steps.Y)
            {
                volume.CopyValues(volume.Offset(channel, z, y, 0), row);
                for (var x = 0; x < shape.Width; x += steps.X)
                {
                    taken[next++] = row[x];
                }
            }
        }

        return taken;
    }

    /// <summary>The values between two limits as 0 to 255; what is not a number is 0.</summary>
    public static byte[] ToBytes(float[] values, double low, double high)
    {
        var bytes = new byte[values.Length];
        var scale = high > low ? 255 / (high - low) : 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var scaled = (values[i] - low) * scale;
            bytes[i] = scaled > 0 ? (byte)Math.Round(Math.Min(scaled, 255)) : (byte)0;
        }

        return bytes;
    }

    /// <summary>Limits that leave out the lowest and highest thousandth of the finite values.</summary>
    public static (double Low, double High) Limits(float[] values)
    {
        var sorted = Array.FindAll(values, float.IsFinite);
        Array.Sort(sorted);
        return sorted.Length == 0 ? (0, 1) : (sorted[sorted.Length / 1000], sorted[sorted.Length - 1 - (sorted.Length / 1000)]);
    }

    /// <summary>gzip, then base64.</summary>
    public static string Encode(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }
}
