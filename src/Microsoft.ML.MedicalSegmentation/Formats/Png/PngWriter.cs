using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.ML.MedicalSegmentation.Formats.Images;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>Writes one slice as a PNG of 8 or 16 bits, not interlaced.</summary>
internal static class PngWriter
{
    private static readonly PngColorType[] ColorTypes = [PngColorType.Grey, PngColorType.GreyAlpha, PngColorType.Rgb, PngColorType.Rgba];

    /// <summary>Writes a whole file.</summary>
    /// <exception cref="NotSupportedException">PNG cannot hold the volume.</exception>
    public static void Write(Volume volume, Stream destination, VolumeWriteOptions options)
    {
        var plain = ScaledVoxels.Apply(volume);
        ImageLimits.Require(plain, "PNG", [VoxelType.UInt8, VoxelType.UInt16], [1, 2, 3, 4]);
        destination.Write(PngHeader.Signature);
        WriteSizes(plain, destination);
        WriteSpacing(plain.Geometry.Spacing, destination);
        using (var chunks = new PngImageDataWriter(destination))
        using (var packed = Pack(chunks, options))
        using (var rows = MakeRows(plain, packed, options))
        {
            VoxelWriter.Write(plain, rows, plain.Shape.Channels);
        }

        PngChunk.Write(destination, "IEND"u8, []);
    }

    private static Stream Pack(Stream chunks, VolumeWriteOptions options)
        => options.Compress
            ? new ParallelDeflateStream(chunks, DeflateContainer.Zlib, options)
            : new ZLibStream(chunks, CompressionLevel.NoCompression, leaveOpen: true);

    private static PngRowWriter MakeRows(Volume volume, Stream packed, VolumeWriteOptions options)
    {
        var sampleBytes = VoxelTypes.SizeOf(volume.VoxelType);
        var pixelBytes = volume.Shape.Channels * sampleBytes;
        return new(packed, checked(volume.Shape.Width * pixelBytes), pixelBytes, sampleBytes, options.Compress);
    }

    private static void WriteSizes(Volume volume, Stream destination)
    {
        Span<byte> data = stackalloc byte[13];
        data.Clear();
        BinaryPrimitives.WriteInt32BigEndian(data, volume.Shape.Width);
        BinaryPrimitives.WriteInt32BigEndian(data[4..], volume.Shape.Height);
        data[8] = (byte)(8 * VoxelTypes.SizeOf(volume.VoxelType));
        data[9] = (byte)ColorTypes[volume.Shape.Channels - 1];
        PngChunk.Write(destination, "IHDR"u8, data);
    }

    /// <summary>Pixels in a metre, which need not be written where they are a thousand.</summary>
    private static void WriteSpacing(Vector3D spacing, Stream destination)
    {
        var (x, y) = (Math.Round(1000 / spacing.X), Math.Round(1000 / spacing.Y));
        if ((spacing.X, spacing.Y) == (1, 1) || x is < 1 or > int.MaxValue || y is < 1 or > int.MaxValue)
        {
            return;
        }

        Span<byte> data = stackalloc byte[9];
        BinaryPrimitives.WriteInt32BigEndian(data, (int)x);
        BinaryPrimitives.WriteInt32BigEndian(data[4..], (int)y);
        data[8] = 1;
        PngChunk.Write(destination, "pHYs"u8, data);
    }
}
