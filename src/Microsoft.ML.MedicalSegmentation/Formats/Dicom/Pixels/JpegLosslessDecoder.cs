using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

/// <summary>JPEG Lossless, process 14: Huffman codes of the differences from a predicted sample; 2 to 16 bits, any predictor.</summary>
/// <remarks>ITU-T T.81, annex H, https://www.w3.org/Graphics/JPEG/itu-t81.pdf.</remarks>
internal sealed class JpegLosslessDecoder : IDicomPixelDecoder
{
    private const int StartOfFrame3 = 0xC3;
    private const int HuffmanTables = 0xC4;
    private const int StartOfImage = 0xD8;
    private const int EndOfImage = 0xD9;
    private const int StartOfScan = 0xDA;
    private const int RestartInterval = 0xDD;

    /// <summary>A sample of two bytes takes at least one bit.</summary>
    public int LargestRatio => 16;

    public bool CanDecode(string transferSyntaxUid) => transferSyntaxUid is "1.2.840.10008.1.2.4.57" or "1.2.840.10008.1.2.4.70";

    public void Decode(DicomFrameFormat format, ReadOnlySpan<byte> compressed, Span<byte> frame)
    {
        if (format.BitsAllocated > 16)
        {
            throw new InvalidDataException($"samples of {format.BitsAllocated} bits are more than JPEG Lossless holds (16)");
        }

        var tables = new JpegHuffmanTable?[4];
        var (precision, restart, position) = (0, 0, 0);
        byte[] components = [];
        while (true)
        {
            var marker = NextMarker(compressed, ref position);
            if (marker == StartOfImage)
            {
                continue;
            }

            var segment = marker == EndOfImage ? throw new InvalidDataException("the JPEG has no scan") : Segment(compressed, ref position);
            switch (marker)
            {
                case StartOfFrame3:
                    (precision, components) = ReadFrameHeader(segment, format);
                    break;
                case HuffmanTables:
                    JpegHuffmanTable.Read(segment, tables);
                    break;
                case RestartInterval:
                    restart =
                        segment.Length >= 2
                            ? BinaryPrimitives.ReadUInt16BigEndian(segment)
                            : throw new InvalidDataException("the restart interval is cut short");
                    break;
                case StartOfScan:
                    var scan = ReadScanHeader(segment, components, tables, precision);
                    DecodeScan(format, scan with { Restart = restart }, compressed[position..], frame);
                    return;
                case >= 0xC0 and <= 0xCF and not 0xC8 and not 0xCC:
                    throw new InvalidDataException($"the JPEG is of process SOF{marker - 0xC0}, not lossless Huffman (SOF3)");
            }
        }
    }

    private static int NextMarker(ReadOnlySpan<byte> data, ref int position)
    {
        while (position + 1 < data.Length)
        {
            if (data[position++] == 0xFF && data[position] is not (0 or 0xFF))
            {
                return data[position++];
            }
        }

        throw new InvalidDataException("the JPEG ends before its scan");
    }

    private static ReadOnlySpan<byte> Segment(ReadOnlySpan<byte> data, ref int position)
    {
        var length = position + 2 <= data.Length ? BinaryPrimitives.ReadUInt16BigEndian(data[position..]) : 0;
        if (length < 2 || position + length > data.Length)
        {
            throw new InvalidDataException("a JPEG segment is longer than the frame");
        }

        var segment = data.Slice(position + 2, length - 2);
        position += length;
        return segment;
    }

    private static (int Precision, byte[] Components) ReadFrameHeader(ReadOnlySpan<byte> segment, DicomFrameFormat format)
    {
        if (segment.Length < 6 || segment.Length < 6 + (3 * segment[5]))
        {
            throw new InvalidDataException("the JPEG frame header is cut short");
        }

        var (precision, rows, columns, count) = (
            segment[0],
            BinaryPrimitives.ReadUInt16BigEndian(segment[1..]),
            BinaryPrimitives.ReadUInt16BigEndian(segment[3..]),
            segment[5]
        );
        if (
            rows != format.Rows
            || columns != format.Columns
            || count != format.SamplesPerPixel
            || precision < 2
            || precision > format.BitsAllocated
        )
        {
            throw new InvalidDataException(
                $"the JPEG has {columns} x {rows} pixels of {count} samples with {precision} bits; the header says {format.Columns} "
                    + $"x {format.Rows}, {format.SamplesPerPixel}, at most {format.BitsAllocated}"
            );
        }

        var components = new byte[count];
        for (var i = 0; i < count; i++)
        {
            components[i] = segment[6 + (3 * i)];
            if (segment[7 + (3 * i)] != 0x11)
            {
                throw new InvalidDataException("the JPEG's components have different resolutions");
            }
        }

        return (precision, components);
    }

    private static JpegScan ReadScanHeader(ReadOnlySpan<byte> segment, byte[] components, JpegHuffmanTable?[] tables, int precision)
    {
        var count = segment.Length > 0 ? segment[0] : 0;
        if (components.Length == 0 || count != components.Length || segment.Length < 4 + (2 * count))
        {
            throw new InvalidDataException($"the JPEG scan has {count} components of {components.Length}; only scans with all are read");
        }

        var chosen = new JpegHuffmanTable[count];
        for (var i = 0; i < count; i++)
        {
            chosen[i] =
                tables[segment[2 + (2 * i)] >> 4 & 3]
                ?? throw new InvalidDataException("the JPEG scan names a Huffman table that is not there");
        }

        var (predictor, shift) = (segment[1 + (2 * count)], segment[3 + (2 * count)] & 15);
        return predictor is >= 1 and <= 7 && shift < precision
            ? new(chosen, precision, predictor, shift, 0)
            : throw new InvalidDataException(
                $"the JPEG scan has predictor {predictor} and shift {shift}; the predictor must be 1 to 7 and the shift below the precision"
            );
    }

    private static void DecodeScan(DicomFrameFormat format, JpegScan scan, ReadOnlySpan<byte> data, Span<byte> frame)
    {
        var samples = format.SamplesPerPixel;
        var stride = format.Columns * samples;
        var above = new int[stride];
        var current = new int[stride];
        var bits = new JpegBitReader(data);
        var first = 1 << (scan.Precision - scan.Shift - 1);
        var untilRestart = scan.Restart == 0 ? -1 : scan.Restart;
        var restartRow = 0;
        for (var y = 0; y < format.Rows; y++)
        {
            for (var x = 0; x < format.Columns; x++)
            {
                if (untilRestart == 0)
                {
                    // After a restart the first row begins anew; encoders restart at row ends only.
                    bits.SkipRestartMarker();
                    untilRestart = scan.Restart;
                    restartRow = x == 0 ? y : throw new InvalidDataException("the JPEG restarts within a row");
                }

                untilRestart -= untilRestart > 0 ? 1 : 0;
                for (var s = 0; s < samples; s++)
                {
                    var i = (x * samples) + s;
                    var predicted = y == restartRow
                        ? (x == 0 ? first : current[i - samples])
                        : x == 0 ? above[i] : Predict(scan.Predictor, current[i - samples], above[i], above[i - samples]);
                    current[i] = (predicted + scan.Tables[s].ReadDifference(ref bits)) & 0xFFFF;
                }
            }

            WriteRow(current, scan.Shift, format.BitsAllocated, frame, y * stride);
            (above, current) = (current, above);
        }
    }

    private static int Predict(int predictor, int left, int up, int upLeft) => predictor switch
    {
        1 => left,
        2 => up,
        3 => upLeft,
        4 => left + up - upLeft,
        5 => left + ((up - upLeft) >> 1),
        6 => up + ((left - upLeft) >> 1),
        _ => (left + up) >> 1,
    };

    private static void WriteRow(int[] row, int shift, int bitsAllocated, Span<byte> frame, int start)
    {
        if (bitsAllocated == 8)
        {
            for (var i = 0; i < row.Length; i++)
            {
                frame[start + i] = (byte)(row[i] << shift);
            }

            return;
        }

        var target = MemoryMarshal.Cast<byte, ushort>(frame)[start..];
        for (var i = 0; i < row.Length; i++)
        {
            target[i] = (ushort)(row[i] << shift);
        }
    }

    private sealed record JpegScan(JpegHuffmanTable[] Tables, int Precision, int Predictor, int Shift, int Restart);
}
