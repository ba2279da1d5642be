using System.IO.Compression;
using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

/// <summary>One DICOM file: its attributes, and where its pixels lie. Holds no file open and no pixels.</summary>
/// <param name="Source">The file.</param>
/// <param name="DataSet">Its attributes.</param>
/// <param name="Syntax">How it is written down.</param>
/// <param name="PixelData">Where the pixels lie; null if there are none.</param>
/// <param name="PackedFrom">Where deflated data begins; null if the data set is plain.</param>
internal sealed record DicomFile(
    VolumeSource Source,
    DicomDataSet DataSet,
    DicomTransferSyntax Syntax,
    DicomPixelData? PixelData,
    long? PackedFrom
)
{
    private const string SegmentationStorage = "1.2.840.10008.5.1.4.1.1.66.4";
    private const string LabelMapStorage = "1.2.840.10008.5.1.4.1.1.66.7";

    /// <summary>True for segmentations and label maps.</summary>
    public bool IsSegmentation => DataSet.Text(DicomTags.SopClassUid) is SegmentationStorage or LabelMapStorage;

    private const int PreambleLength = 128;

    // The most that deflate can make of one byte (zlib's manual, "maximum compression factor").
    private const int DeflateRatio = 1032;

    /// <summary>Recognises a file by its first bytes: the magic after the preamble, or a plausible first element without one.</summary>
    public static bool Recognise(ReadOnlySpan<byte> start)
    {
        if (HasMagic(start))
        {
            return true;
        }

        // Without a preamble the data begins with group 0002 or 0008, a low element, and a VR or a short length.
        if (start.Length < 132 || start[0] is not (2 or 8) || start[1] != 0 || start[3] != 0)
        {
            return false;
        }

        var isExplicit = char.IsAsciiLetterUpper((char)start[4]) && char.IsAsciiLetterUpper((char)start[5]);
        return isExplicit || (start[0] == 8 && start[5] == 0 && start[6] == 0 && start[7] == 0 && (start[4] & 1) == 0);
    }

    /// <summary>Reads the attributes.</summary>
    /// <exception cref="VolumeFormatException">The file is not a DICOM file, or is damaged.</exception>
    public static DicomFile Read(VolumeSource source)
    {
        using var stream = OpenPlain(source);
        var start = new byte[PreambleLength + 4];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!HasMagic(start.AsSpan(0, length)))
        {
            stream.Position -= length;
        }

        if (!Recognise(start.AsSpan(0, length)))
        {
            throw new VolumeFormatException(
                source.Name,
                "DICOM",
                null,
                "the file has neither 'DICM' at byte 128 nor a data set at its start. It is not a DICOM file, or it is damaged."
            );
        }

        var meta = new DicomParser(source.Name, stream, isExplicit: true, isBigEndian: false).ReadGroup(2);
        var syntax = meta.Text(DicomTags.TransferSyntaxUid) is { } uid ? DicomTransferSyntax.Find(uid) : GuessSyntax(stream);
        if (!syntax.IsDeflated)
        {
            return Parse(source, stream, syntax, null);
        }

        var packedFrom = stream.Position;
        using var plain = Inflate(source, stream);
        return Parse(source, plain, syntax, packedFrom);
    }

    /// <summary>The bytes in which <see cref="PixelData"/> lies; the caller disposes the stream.</summary>
    public Stream OpenPixels()
    {
        var stream = OpenPlain(Source);
        if (PackedFrom is not { } packedFrom)
        {
            return stream;
        }

        using (stream)
        {
            stream.Position = packedFrom;
            return Inflate(Source, stream);
        }
    }

    private static DicomFile Parse(VolumeSource source, Stream stream, DicomTransferSyntax syntax, long? packedFrom)
    {
        // Some software names a transfer syntax and writes another; a file with value representations shows them.
        var isExplicit = syntax.IsExplicit || DicomValueRepresentations.IsExplicit(stream);
        var parser = new DicomParser(source.Name, stream, isExplicit, syntax.IsBigEndian);
        var set = parser.ReadDataSet();
        return new(source, set, syntax, parser.PixelData, packedFrom);
    }

    private static bool HasMagic(ReadOnlySpan<byte> start) =>
        start.Length >= PreambleLength + 4 && start.Slice(PreambleLength, 4).SequenceEqual("DICM"u8);

    /// <summary>Old files without meta information tell their transfer syntax only by their looks.</summary>
    private static DicomTransferSyntax GuessSyntax(Stream stream)
    {
        Span<byte> start = stackalloc byte[6];
        var count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Seek(-count, SeekOrigin.Current);
        var hasVr = char.IsAsciiLetterUpper((char)start[4]) && char.IsAsciiLetterUpper((char)start[5]);
        return hasVr ? DicomTransferSyntax.ExplicitLittleEndian : DicomTransferSyntax.ImplicitLittleEndian;
    }

    private static Stream OpenPlain(VolumeSource source)
    {
        var stream = source.Open();
        Span<byte> start = stackalloc byte[10];
        var count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Seek(-count, SeekOrigin.Current);
        if (VoxelCompression.OfFile(start[..count], source.Name) is not { Unpack: { } unpack })
        {
            return stream;
        }

        using (stream)
        {
            return Unpack(source, stream, unpack(stream));
        }
    }

    private static MemoryStream Inflate(VolumeSource source, Stream stream)
        => Unpack(source, stream, new DeflateStream(stream, CompressionMode.Decompress, leaveOpen: true));

    /// <summary>Unpacks to memory, which grows as bytes arrive and never beyond what deflate can make of the file.</summary>
    private static MemoryStream Unpack(VolumeSource source, Stream packed, Stream unpacking)
    {
        var packedLength = packed.Length - packed.Position;
        var limit = Math.Min(packedLength * DeflateRatio, Array.MaxLength);
        using (unpacking)
        {
            var plain = new MemoryStream();
            var piece = new byte[1 << 16];
            try
            {
                for (int count; (count = unpacking.Read(piece)) > 0;)
                {
                    source.Options.RequireAllowed(plain.Length + count, packedLength, source.Name, "DICOM");
                    if (plain.Length + count > limit)
                    {
                        throw new VolumeFormatException(
                            source.Name,
                            "DICOM",
                            null,
                            $"the file unpacks to more than {limit} bytes. Unpack it to a file first."
                        );
                    }

                    plain.Write(piece, 0, count);
                }
            }
            catch (Exception fault) when (VoxelCompression.IsDamage(fault))
            {
                throw new VolumeFormatException(
                    source.Name,
                    "DICOM",
                    null,
                    "the compressed data is damaged. Copy the file again from its origin.",
                    fault
                );
            }

            plain.Position = 0;
            return plain;
        }
    }
}
