using System.Buffers.Binary;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

/// <summary>A block between a NIfTI header and its voxels, kept as it is for round trips.</summary>
/// <param name="Code">Who defined the content, such as 2 for DICOM, 4 for AFNI, 6 for comments.</param>
/// <param name="Content">The bytes after the eight of size and code; may hold patient data, so it is never shown.</param>
internal sealed record NiftiExtension(int Code, byte[] Content)
{
    private const int Multiple = 16;

    /// <summary>Bytes in the file: size, code, content and padding to a multiple of 16.</summary>
    public int Size => (8 + Content.Length + Multiple - 1) / Multiple * Multiple;

    /// <summary>Reads the extensions between the header and the voxels. Damaged ones are skipped with a note.</summary>
    /// <param name="area">The four flag bytes and all that follows up to the voxels.</param>
    /// <param name="bigEndian">The header's byte order.</param>
    /// <param name="report">Receives notes.</param>
    public static IReadOnlyList<NiftiExtension> Parse(ReadOnlySpan<byte> area, bool bigEndian, HeaderReport report)
    {
        var extensions = new List<NiftiExtension>();
        if (area.Length < 4 || area[0] == 0)
        {
            return extensions;
        }

        area = area[4..];
        while (area.Length >= 8)
        {
            var size = ReadInt32(area, bigEndian);
            if (size < 8 || size > area.Length)
            {
                if (size != 0)
                {
                    report.Note(
                        $"A header extension of {size} bytes does not fit the {area.Length} bytes before the "
                            + "voxels; it and what follows it were left out."
                    );
                }

                break;
            }

            extensions.Add(new(ReadInt32(area[4..], bigEndian), area[8..size].ToArray()));
            area = area[size..];
        }

        return extensions;
    }

    /// <summary>Writes the flag bytes and the extensions, little endian.</summary>
    public static void Write(IReadOnlyList<NiftiExtension> extensions, Stream destination)
    {
        destination.Write([(byte)(extensions.Count > 0 ? 1 : 0), 0, 0, 0]);
        foreach (var extension in extensions)
        {
            var bytes = new byte[extension.Size];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), extension.Code);
            extension.Content.CopyTo(bytes, 8);
            destination.Write(bytes);
        }
    }

    private static int ReadInt32(ReadOnlySpan<byte> bytes, bool bigEndian)
        => bigEndian ? BinaryPrimitives.ReadInt32BigEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes);
}
