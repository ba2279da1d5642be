using System.Buffers.Binary;
using Microsoft.ML.MedicalSegmentation.Formats.Nifti;

namespace Microsoft.ML.MedicalSegmentation.Formats.Analyze;

/// <summary>Reads an ANALYZE 7.5 header as the NIfTI-1 header that has the same sizes, type and spacing.</summary>
/// <remarks>
/// Mayo Clinic's format of 1986. Of the additions of SPM (99 and later), the scale factor in funused1 is honoured; the
/// voxel of the origin in originator is only reported, as other programs write other things there.
/// </remarks>
internal static class AnalyzeHeader
{
    private const int Bytes = 348;
    private const int OriginOffset = 253;

    /// <summary>Byte order of a header; null if this is not an ANALYZE file.</summary>
    public static bool? Recognise(ReadOnlySpan<byte> start)
    {
        if (start.Length < Bytes || NiftiHeader.Recognise(start) is not null)
        {
            return null;
        }

        foreach (var bigEndian in (ReadOnlySpan<bool>)[false, true])
        {
            // There is no magic: the header's size, a sane number of dimensions, and the letter r of "regular" or sane extents.
            var size = bigEndian ? BinaryPrimitives.ReadInt32BigEndian(start) : BinaryPrimitives.ReadInt32LittleEndian(start);
            var rank = bigEndian ? BinaryPrimitives.ReadInt16BigEndian(start[40..]) : BinaryPrimitives.ReadInt16LittleEndian(start[40..]);
            if (size == Bytes && (start[38] == 'r' || rank is >= 1 and <= 7))
            {
                return bigEndian;
            }
        }

        return null;
    }

    /// <summary>Reads the fields; null if this is not an ANALYZE header.</summary>
    public static NiftiHeader? TryParse(byte[] bytes)
    {
        if (Recognise(bytes) is not { } bigEndian)
        {
            return null;
        }

        var raw = NiftiHeader.Parse(bytes, 1, bigEndian);
        return new NiftiHeader
        {
            IsAnalyze = true,
            BigEndian = bigEndian,
            Magic = "ni1",
            Dim = raw.Dim,
            PixDim = raw.PixDim,
            DataType = raw.DataType,
            BitPix = raw.BitPix,
            VoxOffset = raw.VoxOffset,
            SclSlope = raw.SclSlope,
            CalMax = raw.CalMax,
            CalMin = raw.CalMin,
            Notes = [.. Notes(bytes, bigEndian, raw)],
        };
    }

    private static IEnumerable<string> Notes(byte[] bytes, bool bigEndian, NiftiHeader raw)
    {
        yield return "ANALYZE 7.5 does not say which side is left; x was taken to grow to the patient's left, as SPM does.";
        var origin = new int[3];
        for (var axis = 0; axis < 3; axis++)
        {
            var field = bytes.AsSpan(OriginOffset + (2 * axis));
            origin[axis] = bigEndian ? BinaryPrimitives.ReadInt16BigEndian(field) : BinaryPrimitives.ReadInt16LittleEndian(field);
        }

        // SPM counts voxels from 1; zeros and voxels outside mean that the field was not set.
        if (origin.Zip(raw.Dim.Skip(1)).All(pair => pair.First >= 1 && pair.First <= pair.Second))
        {
            yield return $"The field originator names voxel ({string.Join(", ", origin)}), counted from 1, as SPM's origin; the origin was "
                + "put in the middle all the same.";
        }
    }
}
