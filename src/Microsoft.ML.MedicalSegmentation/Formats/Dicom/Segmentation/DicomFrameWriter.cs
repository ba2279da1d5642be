using System.Buffers.Binary;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Segmentation;

/// <summary>Writes the pixels of a segmentation: eight voxels a byte across frame borders, or one number or share a voxel.</summary>
internal static class DicomFrameWriter
{
    public static void Write(
        Stream stream,
        LabelVolume labels,
        List<(DicomSegment? Segment, int Z)> frames,
        DicomSegmentationType type,
        DicomProbabilities? probabilities
    )
    {
        var plane = new int[labels.Shape.Width * labels.Shape.Height];
        var size = probabilities is not null ? 1 : type == DicomSegmentationType.LabelMap ? VoxelTypes.SizeOf(labels.Voxels.VoxelType) : 0;
        var length = size == 0 ? (((long)plane.Length * frames.Count) + 7) / 8 : (long)plane.Length * frames.Count * size;
        if (length > uint.MaxValue - 1)
        {
            throw new ArgumentException(
                $"The segmentation needs {length} bytes of pixels; a DICOM file holds 4 GiB. Leave out empty frames, or write a label map."
            );
        }

        DicomDataSetWriter.WriteStart(stream, DicomTags.PixelData, size == 2 ? "OW" : "OB", (length + 1) & ~1L);
        if (probabilities is not null)
        {
            var shares = new byte[plane.Length];
            foreach (var (segment, z) in frames)
            {
                probabilities.Read(segment?.Number ?? 0, z, shares);
                stream.Write(shares);
            }
        }
        else if (size == 0)
        {
            WriteBits(stream, labels, frames, plane);
        }
        else
        {
            WriteNumbers(stream, labels, frames, plane, size);
        }

        if (length % 2 == 1)
        {
            stream.WriteByte(0);
        }
    }

    private static void WriteBits(Stream stream, LabelVolume labels, List<(DicomSegment? Segment, int Z)> frames, int[] plane)
    {
        var packed = new byte[(plane.Length / 8) + 2];
        var (current, bits) = (0, 0);
        foreach (var (segment, z) in frames)
        {
            labels.CopyLabels((long)z * plane.Length, plane);
            var (number, count) = (segment?.Number ?? 0, 0);
            foreach (var label in plane)
            {
                current |= (label == number ? 1 : 0) << bits;
                if (++bits == 8)
                {
                    packed[count++] = (byte)current;
                    (current, bits) = (0, 0);
                }
            }

            stream.Write(packed, 0, count);
        }

        if (bits > 0)
        {
            stream.WriteByte((byte)current);
        }
    }

    private static void WriteNumbers(Stream stream, LabelVolume labels, List<(DicomSegment? Segment, int Z)> frames, int[] plane, int size)
    {
        var bytes = new byte[plane.Length * size];
        foreach (var (_, z) in frames)
        {
            labels.CopyLabels((long)z * plane.Length, plane);
            for (var i = 0; i < plane.Length; i++)
            {
                if (size == 1)
                {
                    bytes[i] = (byte)plane[i];
                }
                else
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), (ushort)plane[i]);
                }
            }

            stream.Write(bytes);
        }
    }
}
