using System.Buffers.Binary;
using Microsoft.ML.MedicalSegmentation.Formats.Images;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Bmp;

/// <summary>Writes one slice as an uncompressed BMP, upper row first.</summary>
internal static class BmpWriter
{
    private const int Colors = 256;

    /// <summary>Writes a whole file.</summary>
    /// <exception cref="NotSupportedException">BMP cannot hold the volume.</exception>
    public static void Write(Volume volume, Stream destination)
    {
        var plain = ScaledVoxels.Apply(volume);
        ImageLimits.Require(plain, "BMP", [VoxelType.UInt8], [1, 3, 4]);
        var channels = plain.Shape.Channels;
        var stride = ((plain.Shape.Width * (long)channels) + 3) / 4 * 4;
        if (stride * plain.Shape.Height > int.MaxValue)
        {
            throw new NotSupportedException(
                $"A BMP holds at most 2 GiB; the volume of {plain.Shape} needs more. Write TIFF (.tif) or NIfTI (.nii.gz)."
            );
        }

        destination.Write(MakeHeader(plain, (int)(stride * plain.Shape.Height)));
        using var rows = new Rows(destination, plain.Shape.Width * channels, channels);
        VoxelWriter.Write(plain, rows, channels);
    }

    private static byte[] MakeHeader(Volume volume, int pixelBytes)
    {
        var channels = volume.Shape.Channels;
        var info = channels == 4 ? BmpHeader.InfoBytesWithOpacity : BmpHeader.InfoBytes;
        var header = new byte[BmpHeader.FileBytes + info + (channels == 1 ? 4 * Colors : 0)];
        void Number(int offset, long value) => BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(offset), (uint)value);
        "BM"u8.CopyTo(header);
        Number(2, header.Length + (long)pixelBytes);
        Number(10, header.Length);
        Number(14, info);
        Number(18, volume.Shape.Width);
        Number(22, -volume.Shape.Height);
        (header[26], header[28], header[30]) = (1, (byte)(8 * channels), (byte)(channels == 4 ? 3 : 0));
        Number(34, pixelBytes);
        Number(38, PerMetre(volume.Geometry.Spacing.X));
        Number(42, PerMetre(volume.Geometry.Spacing.Y));
        if (channels == 1)
        {
            for (var i = 0; i < Colors; i++)
            {
                header.AsSpan(BmpHeader.FileBytes + info + (4 * i), 3).Fill((byte)i);
            }
        }
        else if (channels == 4)
        {
            Number(54, 0xFF0000);
            Number(58, 0xFF00);
            Number(62, 0xFF);
            Number(66, 0xFF000000);
            "BGRs"u8.CopyTo(header.AsSpan(70));
        }

        return header;
    }

    // Zero means that nothing is stated, which is read as 1 mm.
    private static long PerMetre(double spacing) =>
        spacing == 1 || Math.Round(1000 / spacing) is not (>= 1 and <= int.MaxValue) ? 0 : (long)Math.Round(1000 / spacing);

    /// <summary>Turns red, green, blue into the order of the file, and ends rows at a multiple of four.</summary>
    private sealed class Rows(Stream file, int rowBytes, int channels) : WritingStream(rowBytes)
    {
        private readonly byte[] _padding = new byte[(4 - (rowBytes % 4)) % 4];

        protected override void WritePiece(Span<byte> piece)
        {
            for (var x = 0; channels > 1 && x < piece.Length; x += channels)
            {
                (piece[x], piece[x + 2]) = (piece[x + 2], piece[x]);
            }

            file.Write(piece);
            file.Write(_padding);
        }
    }
}
