using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>Writes little-endian samples, those of a pixel together, as rows that pack well: as differences to their neighbours.</summary>
/// <param name="packed">Receives the rows, each after the number of its filter; stays open.</param>
/// <param name="rowBytes">Bytes of a row.</param>
/// <param name="pixelBytes">Bytes of a pixel.</param>
/// <param name="sampleBytes">Bytes of a sample, 1 or 2.</param>
/// <param name="filters">False leaves rows as they are.</param>
internal sealed class PngRowWriter(Stream packed, int rowBytes, int pixelBytes, int sampleBytes, bool filters) : WritingStream(rowBytes)
{
    private readonly byte[] _above = new byte[rowBytes];
    private byte[] _differences = new byte[rowBytes];
    private byte[] _best = new byte[rowBytes];

    protected override void WritePiece(Span<byte> piece)
    {
        ByteOrder.Reverse(piece, sampleBytes);
        var filter = 0;
        piece.CopyTo(_best);
        var smallest = filters ? Size(piece) : 0;
        for (var other = 1; other < PngFilter.Count && smallest > 0; other++)
        {
            PngFilter.Apply(other, piece, _above, pixelBytes, _differences);
            if (Size(_differences) is var sum && sum < smallest)
            {
                (filter, smallest, _best, _differences) = (other, sum, _differences, _best);
            }
        }

        packed.WriteByte((byte)filter);
        packed.Write(_best);
        piece.CopyTo(_above);
    }

    // The rule of the specification's section 12.7: the filter whose differences are smallest packs best.
    private static long Size(ReadOnlySpan<byte> differences)
    {
        var sum = 0L;
        foreach (var difference in differences)
        {
            sum += Math.Abs((int)(sbyte)difference);
        }

        return sum;
    }
}
