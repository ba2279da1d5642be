namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>Unpacks a PNG's row into whole bytes: narrow samples keep their numbers, palette colours are looked up.</summary>
/// <param name="header">How rows are packed.</param>
/// <param name="keepIndices">True for numbers of palette colours instead of colours.</param>
internal sealed class PngSamples(PngHeader header, bool keepIndices)
{
    private readonly bool _looksUp = header.ColorType == PngColorType.Palette && !keepIndices;
    private readonly int _channels = header.ChannelsRead(keepIndices);

    /// <summary>Bytes of an unpacked pixel.</summary>
    public int BytesPerPixel => _channels * (header.BitDepth == 16 ? 2 : 1);

    /// <summary>Unpacks as many pixels as fit <paramref name="pixels"/>.</summary>
    /// <exception cref="InvalidDataException">A pixel has a colour that the palette lacks.</exception>
    public void Unpack(ReadOnlySpan<byte> row, Span<byte> pixels)
    {
        if (header.BitDepth >= 8 && !_looksUp)
        {
            row[..pixels.Length].CopyTo(pixels);
            return;
        }

        var depth = header.BitDepth;
        var mask = (1 << depth) - 1;
        var count = pixels.Length / BytesPerPixel;
        for (int x = 0, bit = 0; x < count; x++, bit += depth)
        {
            var value = (row[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
            if (_looksUp)
            {
                LookUp(value, pixels.Slice(x * _channels, _channels));
            }
            else
            {
                pixels[x] = (byte)value;
            }
        }
    }

    private void LookUp(int value, Span<byte> color)
    {
        if (3 * value >= header.Palette.Length)
        {
            throw new InvalidDataException($"a pixel has the colour {value}; the palette has {header.Palette.Length / 3} colours");
        }

        header.Palette.AsSpan(3 * value, 3).CopyTo(color);
        if (color.Length == 4)
        {
            color[3] = value < header.Transparency.Length ? header.Transparency[value] : byte.MaxValue;
        }
    }
}
