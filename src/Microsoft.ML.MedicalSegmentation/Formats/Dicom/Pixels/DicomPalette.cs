using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Formats.Dicom.Files;

namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom.Pixels;

/// <summary>The colours of a PALETTE COLOR image: three tables, plain or in segments.</summary>
/// <remarks>
/// Part 3 of the standard, C.7.6.3.1.5, C.7.6.3.1.6 and C.7.9.2. Numbers before the first entry take its colour, those after the last entry
/// that one's.
/// </remarks>
internal sealed class DicomPalette
{
    private const int Colours = 3;
    private const int MaximumEntries = 1 << 16;

    // Segments may repeat others; so that a small file cannot keep us reading, they do not nest.
    private const int Discrete = 0, Linear = 1, Indirect = 2;

    private static readonly (DicomTag Descriptor, DicomTag Data, DicomTag Segments)[] Tables =
    [
        (
            DicomTags.RedPaletteColorLookupTableDescriptor,
            DicomTags.RedPaletteColorLookupTableData,
            DicomTags.SegmentedRedPaletteColorLookupTableData
        ),
        (
            DicomTags.GreenPaletteColorLookupTableDescriptor,
            DicomTags.GreenPaletteColorLookupTableData,
            DicomTags.SegmentedGreenPaletteColorLookupTableData
        ),
        (
            DicomTags.BluePaletteColorLookupTableDescriptor,
            DicomTags.BluePaletteColorLookupTableData,
            DicomTags.SegmentedBluePaletteColorLookupTableData
        ),
    ];

    private readonly ushort[][] _tables;
    private readonly int _first;

    private DicomPalette(ushort[][] tables, int first, int bits) => (_tables, _first, Bits) = (tables, first, bits);

    /// <summary>Bits of a colour: 8 or 16.</summary>
    public int Bits { get; }

    /// <summary>Reads the tables of an image.</summary>
    /// <exception cref="VolumeFormatException">A table is missing, or has another length than its descriptor says.</exception>
    public static DicomPalette Read(DicomDataSet set, bool isSigned)
    {
        var tables = new ushort[Colours][];
        var (first, bits) = (0, 0);
        for (var colour = 0; colour < Colours; colour++)
        {
            var (descriptorTag, dataTag, segmentsTag) = Tables[colour];
            var descriptor =
                set.Numbers(descriptorTag, 3)
                ?? throw set.Fault(descriptorTag, "it is missing, and palette colours need it. The file is damaged");

            // 65,536 entries do not fit the 16 bits of their count, which is then 0.
            var count = (int)descriptor[0] & (MaximumEntries - 1);
            var entries = count == 0 ? MaximumEntries : count;
            var start = isSigned ? (short)(int)descriptor[1] : (int)descriptor[1] & (MaximumEntries - 1);
            if (descriptor[2] is not (8 or 16) || (colour > 0 && (bits != (int)descriptor[2] || first != start)))
            {
                throw set.Fault(
                    descriptorTag,
                    $"it is {string.Join(", ", descriptor)}; the three tables must start at one "
                        + "number and have 8 or 16 bits. The file is damaged"
                );
            }

            (first, bits) = (start, (int)descriptor[2]);
            tables[colour] = set.Has(dataTag) ? ReadPlain(set, dataTag, entries, bits)
                : set.Has(segmentsTag) ? ReadSegments(set, segmentsTag, entries, bits)
                : throw set.Fault(dataTag, "it is missing, and palette colours need it. The file is damaged");
        }

        return new(tables, first, bits);
    }

    /// <summary>Writes the colours of stored numbers, red, green and blue together.</summary>
    /// <param name="stored">Samples as the image stores them.</param>
    /// <param name="format">Their size and sign.</param>
    /// <param name="colours">Receives three samples of <see cref="Bits"/> bits for each.</param>
    public void Apply(ReadOnlySpan<byte> stored, DicomFrameFormat format, Span<byte> colours)
    {
        var wide = MemoryMarshal.Cast<byte, ushort>(colours);
        for (var i = 0; i < format.Samples; i++)
        {
            var number = (format.BitsAllocated, format.IsSigned) switch
            {
                (8, false) => stored[i],
                (8, true) => (sbyte)stored[i],
                (16, false) => MemoryMarshal.Cast<byte, ushort>(stored)[i],
                (16, true) => MemoryMarshal.Cast<byte, short>(stored)[i],
                (_, false) => (int)Math.Min(MemoryMarshal.Cast<byte, uint>(stored)[i], int.MaxValue),
                _ => MemoryMarshal.Cast<byte, int>(stored)[i],
            };
            for (var colour = 0; colour < Colours; colour++)
            {
                var table = _tables[colour];
                var value = table[(int)Math.Clamp((long)number - _first, 0, table.Length - 1)];
                if (Bits == 8)
                {
                    colours[(i * Colours) + colour] = (byte)value;
                }
                else
                {
                    wide[(i * Colours) + colour] = value;
                }
            }
        }
    }

    /// <summary>Entries of 8 bits may have a byte each or the low byte of a word.</summary>
    private static ushort[] ReadPlain(DicomDataSet set, DicomTag tag, int entries, int bits)
    {
        var element = set[tag];
        var bytes = element?.Value ?? [];
        var isBytes = bits == 8 && bytes.Length < 2 * entries;
        if (bytes.Length < entries * (isBytes ? 1 : 2))
        {
            throw set.Fault(tag, $"it has {bytes.Length} bytes; {entries} colours of {bits} bits need more. The file is damaged");
        }

        var words = Words(element);
        var isSwapped = element is { BigEndian: true, Vr: "OW" };
        return [.. Enumerable.Range(0, entries).Select(i => isBytes ? bytes[isSwapped && (i ^ 1) < bytes.Length ? i ^ 1 : i] : words[i])];
    }

    private static ushort[] ReadSegments(DicomDataSet set, DicomTag tag, int entries, int bits)
    {
        var words = Words(set[tag]);
        var table = new List<ushort>();
        for (var at = 0; at < words.Length && table.Count < entries;)
        {
            if (words[at] == Indirect && at + 3 < words.Length)
            {
                var from = (words[at + 2] | (words[at + 3] << 16)) / 2;
                for (var repeated = 0; repeated < words[at + 1]; repeated++)
                {
                    from = Append(from);
                }

                at += 4;
            }
            else
            {
                at = Append(at);
            }
        }

        return table.Count == entries ? [.. table] : throw Broken();

        int Append(int at)
        {
            if (at < 0 || at + 1 >= words.Length || words[at] is not (Discrete or Linear) || table.Count + words[at + 1] > entries)
            {
                throw Broken();
            }

            var count = words[at + 1];
            if (words[at] == Discrete)
            {
                table.AddRange(at + 2 + count <= words.Length ? words[(at + 2)..(at + 2 + count)] : throw Broken());
                return at + 2 + count;
            }

            var (first, last) = table.Count > 0 && at + 2 < words.Length ? (table[^1], words[at + 2]) : throw Broken();
            table.AddRange(Enumerable.Range(1, count).Select(i => (ushort)Math.Round(first + ((last - first) * (double)i / count))));
            return at + 3;
        }

        VolumeFormatException Broken() =>
            set.Fault(
                tag,
                $"its segments do not give the {entries} colours of {bits} bits that the descriptor announces. The file is damaged"
            );
    }

    private static ushort[] Words(DicomElement? element)
    {
        var bytes = (element?.Value ?? []).AsSpan();
        var words = new ushort[bytes.Length / 2];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = element is { BigEndian: true }
                ? BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..])
                : BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]);
        }

        return words;
    }
}
