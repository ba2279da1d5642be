using System.Buffers.Binary;

namespace Microsoft.ML.MedicalSegmentation.Formats.Jpeg;

/// <summary>The tables of a JPEG as they stand at some point of the file; later segments replace them.</summary>
internal sealed class JpegTables
{
    private const int Slots = 4;

    private readonly ushort[]?[] _quantization = new ushort[Slots][];
    private readonly JpegCodes?[] _codes = new JpegCodes[2 * Slots];

    /// <summary>Groups of blocks between restart marks; 0 for none.</summary>
    public int RestartInterval { get; set; }

    /// <summary>The steps of a block's 64 frequencies, row by row.</summary>
    public ushort[] Quantization(int slot)
        => _quantization[slot] ?? throw new InvalidDataException($"the JPEG lacks its quantization table {slot}");

    /// <summary>The codes of constant parts.</summary>
    public JpegCodes Dc(int slot) => _codes[slot] ?? throw new InvalidDataException($"the JPEG lacks its DC code table {slot}");

    /// <summary>The codes of frequencies.</summary>
    public JpegCodes Ac(int slot) => _codes[Slots + slot] ?? throw new InvalidDataException($"the JPEG lacks its AC code table {slot}");

    /// <summary>Reads a DQT segment.</summary>
    public void ReadQuantization(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            var (wide, slot) = (segment[0] >> 4 != 0, segment[0] & 15);
            var size = wide ? 2 : 1;
            if (slot >= Slots || segment[0] >> 4 > 1 || segment.Length < 1 + (JpegBlock.Count * size))
            {
                throw new InvalidDataException("a quantization table of the JPEG is cut short or numbered beyond 3");
            }

            var steps = new ushort[JpegBlock.Count];
            for (var i = 0; i < steps.Length; i++)
            {
                steps[JpegBlock.ZigZag[i]] = wide ? BinaryPrimitives.ReadUInt16BigEndian(segment[(1 + (2 * i))..]) : segment[1 + i];
            }

            _quantization[slot] = steps;
            segment = segment[(1 + (JpegBlock.Count * size))..];
        }
    }

    /// <summary>Reads a DHT segment.</summary>
    public void ReadCodes(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            var (kind, slot) = (segment[0] >> 4, segment[0] & 15);
            if (kind > 1 || slot >= Slots)
            {
                throw new InvalidDataException("a code table of the JPEG is numbered beyond 3");
            }

            _codes[(kind * Slots) + slot] = JpegCodes.Read(segment[1..], out var length);
            segment = segment[(1 + length)..];
        }
    }
}
