using System.Buffers.Binary;
using System.Globalization;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Volumes;

namespace Microsoft.ML.MedicalSegmentation.Formats.Nifti;

/// <summary>The fields of a NIfTI-1 or NIfTI-2 header, by the names of nifti1.h and nifti2.h.</summary>
/// <remarks>
/// NIfTI-1 is 348 bytes, NIfTI-2 540 with wider numbers and the same meaning; https://nifti.nimh.nih.gov.
/// The one layout method per version serves reading and writing.
/// </remarks>
internal sealed class NiftiHeader : IOriginalHeader
{
    public const int LongestBytes = 540;

    // Line ends of both kinds and an end-of-file mark show whether a transfer as text has damaged the file.
    private static ReadOnlySpan<byte> Magic2End => "2\0\r\n\u001A\n"u8;

    public int Version = 1;
    public bool BigEndian;
    public string Magic = "";
    public long[] Dim = new long[8];
    public double[] PixDim = new double[8];
    public int DataType;
    public int BitPix;
    public double VoxOffset;
    public double SclSlope;
    public double SclInter;
    public int QFormCode;
    public int SFormCode;
    public double[] Quatern = new double[3];
    public double[] QOffset = new double[3];
    public double[] SRowX = new double[4];
    public double[] SRowY = new double[4];
    public double[] SRowZ = new double[4];
    public int XyztUnits;
    public int IntentCode;
    public double[] IntentP = new double[3];
    public string IntentName = "";
    public int DimInfo;
    public long SliceStart;
    public long SliceEnd;
    public int SliceCode;
    public double SliceDuration;
    public double TOffset;
    public double CalMax;
    public double CalMin;
    public string Descrip = "";
    public string AuxFile = "";

    /// <summary>What the reader of the fields found odd.</summary>
    public IReadOnlyList<string> Notes = [];

    /// <summary>What follows the header, kept for round trips.</summary>
    public IReadOnlyList<NiftiExtension> Extensions = [];

    /// <summary>"NIfTI-1", "NIfTI-2" or "ANALYZE 7.5".</summary>
    public string FormatName => IsAnalyze ? "ANALYZE 7.5" : $"NIfTI-{Version}";

    /// <summary>True if the header is of ANALYZE 7.5, from which NIfTI-1 took the places of sizes, type and spacing.</summary>
    public bool IsAnalyze { get; init; }

    /// <summary>Bytes of the header itself.</summary>
    public int HeaderBytes => Version == 1 ? 348 : 540;

    /// <summary>True where header and voxels are two files.</summary>
    public bool IsPair => Magic.StartsWith("ni", StringComparison.Ordinal);

    /// <summary>The number of dimensions that count: 0 to 7.</summary>
    public int Rank => (int)Math.Clamp(Dim[0], 0, 7);

    /// <summary>Version and byte order of a header by its first four bytes and its magic; null if this is not NIfTI.</summary>
    public static (int Version, bool BigEndian)? Recognise(ReadOnlySpan<byte> start)
    {
        if (start.Length < 348)
        {
            return null;
        }

        foreach (var bigEndian in (ReadOnlySpan<bool>)[false, true])
        {
            var size = bigEndian ? BinaryPrimitives.ReadInt32BigEndian(start) : BinaryPrimitives.ReadInt32LittleEndian(start);
            if (size == 348 && IsMagic(start[344..348], "1\0"u8))
            {
                return (1, bigEndian);
            }

            if (size == 540 && start.Length >= 540 && IsMagic(start[4..12], Magic2End))
            {
                return (2, bigEndian);
            }
        }

        return null;
    }

    /// <summary>True if a magic stands in its place, whatever the other fields say.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> start)
        => (start.Length >= 348 && IsMagic(start[344..348], "1\0"u8)) || (start.Length >= 12 && IsMagic(start[4..12], Magic2End));

    /// <summary>True if the first four bytes say NIfTI-2, in either byte order.</summary>
    public static bool IsVersion2(ReadOnlySpan<byte> start)
        => start.Length >= 4 && (BinaryPrimitives.ReadInt32LittleEndian(start) == 540 || BinaryPrimitives.ReadInt32BigEndian(start) == 540);

    /// <summary>Reads the fields of a NIfTI header; null if this is none.</summary>
    public static NiftiHeader? TryParse(byte[] bytes)
        => Recognise(bytes) is var (version, bigEndian) ? Parse(bytes, version, bigEndian) : null;

    /// <summary>Reads the fields; their sense is checked by <see cref="NiftiHeaderChecks"/>.</summary>
    /// <param name="bytes">The header.</param>
    /// <param name="version">1 or 2, as recognised.</param>
    /// <param name="bigEndian">Its byte order, as recognised.</param>
    public static NiftiHeader Parse(Span<byte> bytes, int version, bool bigEndian)
    {
        var header = new NiftiHeader { Version = version, BigEndian = bigEndian };
        header.Exchange(new HeaderFields(bytes, bigEndian, writing: false));
        return header;
    }

    /// <summary>The header as bytes, little endian.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderBytes];
        Exchange(new HeaderFields(bytes, bigEndian: false, writing: true));
        return bytes;
    }

    /// <summary>A copy whose fields can be changed.</summary>
    public NiftiHeader Clone()
    {
        var copy = Parse(ToBytes(), Version, bigEndian: false);
        copy.Extensions = Extensions;
        return copy;
    }

    /// <summary>A header that says where voxels lie, and in what unit, as this one does, and nothing else.</summary>
    public object GeometryOnly() => new NiftiHeader
    {
        Version = Version,
        Magic = Magic,
        Dim = [3, Math.Max(1, Dim[1]), Rank > 1 ? Dim[2] : 1, Rank > 2 ? Dim[3] : 1, 1, 1, 1, 1],
        PixDim = [PixDim[0], PixDim[1], PixDim[2], PixDim[3], 0, 0, 0, 0],
        QFormCode = QFormCode,
        SFormCode = SFormCode,
        Quatern = [.. Quatern],
        QOffset = [.. QOffset],
        SRowX = [.. SRowX],
        SRowY = [.. SRowY],
        SRowZ = [.. SRowZ],
        XyztUnits = XyztUnits & 7,
    };

    /// <summary>Sizes as text, such as "64 64 10".</summary>
    public string DimText => string.Join(' ', Dim.Skip(1).Take(Rank));

    /// <summary>Spacings as text, one for each of the sizes.</summary>
    public string PixDimText => string.Join(' ', PixDim.Skip(1).Take(Rank).Select(p => p.ToString("R", CultureInfo.InvariantCulture)));

    private static bool IsMagic(ReadOnlySpan<byte> field, ReadOnlySpan<byte> end)
        => field[0] == 'n' && (field[1] == '+' || field[1] == 'i') && field[2..].SequenceEqual(end);

    private void Exchange(HeaderFields fields)
    {
        if (Version == 1)
        {
            ExchangeVersion1(fields);
        }
        else
        {
            ExchangeVersion2(fields);
        }
    }

    private void ExchangeVersion1(HeaderFields fields)
    {
        var size = 348;
        fields.Int32(0, ref size);
        fields.Int8(39, ref DimInfo);
        for (var i = 0; i < 8; i++)
        {
            fields.Int16(40 + (2 * i), ref Dim[i]);
        }

        fields.Singles(56, IntentP);
        fields.Int16(68, ref IntentCode);
        fields.Int16(70, ref DataType);
        fields.Int16(72, ref BitPix);
        fields.Int16(74, ref SliceStart);
        fields.Singles(76, PixDim);
        fields.Single(108, ref VoxOffset);
        fields.Single(112, ref SclSlope);
        fields.Single(116, ref SclInter);
        fields.Int16(120, ref SliceEnd);
        fields.Int8(122, ref SliceCode);
        fields.Int8(123, ref XyztUnits);
        fields.Single(124, ref CalMax);
        fields.Single(128, ref CalMin);
        fields.Single(132, ref SliceDuration);
        fields.Single(136, ref TOffset);
        fields.Text(148, 80, ref Descrip);
        fields.Text(228, 24, ref AuxFile);
        fields.Int16(252, ref QFormCode);
        fields.Int16(254, ref SFormCode);
        fields.Singles(256, Quatern);
        fields.Singles(268, QOffset);
        fields.Singles(280, SRowX);
        fields.Singles(296, SRowY);
        fields.Singles(312, SRowZ);
        fields.Text(328, 16, ref IntentName);
        fields.Text(344, 4, ref Magic);
    }

    private void ExchangeVersion2(HeaderFields fields)
    {
        var size = 540;
        fields.Int32(0, ref size);
        var magic = Magic + "\0\r\n\u001A\n";
        fields.Text(4, 8, ref magic);
        Magic = magic[..Math.Min(magic.Length, 3)];
        fields.Int16(12, ref DataType);
        fields.Int16(14, ref BitPix);
        for (var i = 0; i < 8; i++)
        {
            fields.Int64(16 + (8 * i), ref Dim[i]);
        }

        fields.Doubles(80, IntentP);
        fields.Doubles(104, PixDim);
        var offset = (long)VoxOffset;
        fields.Int64(168, ref offset);
        VoxOffset = offset;
        fields.Double(176, ref SclSlope);
        fields.Double(184, ref SclInter);
        fields.Double(192, ref CalMax);
        fields.Double(200, ref CalMin);
        fields.Double(208, ref SliceDuration);
        fields.Double(216, ref TOffset);
        fields.Int64(224, ref SliceStart);
        fields.Int64(232, ref SliceEnd);
        fields.Text(240, 80, ref Descrip);
        fields.Text(320, 24, ref AuxFile);
        fields.Int32(344, ref QFormCode);
        fields.Int32(348, ref SFormCode);
        fields.Doubles(352, Quatern);
        fields.Doubles(376, QOffset);
        fields.Doubles(400, SRowX);
        fields.Doubles(432, SRowY);
        fields.Doubles(464, SRowZ);
        fields.Int32(496, ref SliceCode);
        fields.Int32(500, ref XyztUnits);
        fields.Int32(504, ref IntentCode);
        fields.Text(508, 16, ref IntentName);
        fields.Int8(524, ref DimInfo);
    }
}
