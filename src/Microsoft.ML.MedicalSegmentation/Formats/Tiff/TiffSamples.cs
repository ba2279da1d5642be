namespace Microsoft.ML.MedicalSegmentation.Formats.Tiff;

/// <summary>Puts the samples of a block where they belong in the rows of a page.</summary>
/// <param name="page">The page.</param>
/// <param name="keepNumbers">True for the stored numbers: no colours of a palette, and no white turned to black.</param>
internal readonly struct TiffSamples(TiffPage page, bool keepNumbers)
{
    private readonly bool _looksUp = page.Palette.Length > 0 && !keepNumbers;

    /// <summary>Copies the part of a block that lies within the page.</summary>
    /// <param name="block">Rows as wide as blocks are.</param>
    /// <param name="rows">How many.</param>
    /// <param name="startX">The page's column where the block starts.</param>
    /// <param name="target">Rows as wide as the page.</param>
    public void Place(ReadOnlySpan<byte> block, int rows, int startX, Span<byte> target)
    {
        var columns = Math.Min(page.BlockWidth, page.Width - startX);
        var stored = (((long)page.BlockWidth * page.SamplesInBlock * page.BitsPerSample) + 7) / 8;
        var pixelBytes = _looksUp ? 3 : page.SamplesInBlock * Math.Max(page.BitsPerSample / 8, 1);
        for (var y = 0; y < rows; y++)
        {
            var row = block.Slice((int)(y * stored), (int)stored);
            var place = target.Slice((int)((((long)y * page.Width) + startX) * pixelBytes), columns * pixelBytes);
            if (_looksUp || page.BitsPerSample < 8)
            {
                Unpack(row, place, columns);
            }
            else
            {
                row[..place.Length].CopyTo(place);
            }

            if (page.IsInverted && !keepNumbers)
            {
                Invert(place);
            }
        }
    }

    private void Unpack(ReadOnlySpan<byte> row, Span<byte> place, int columns)
    {
        var bits = page.BitsPerSample;
        for (var x = 0; x < columns; x++)
        {
            var value = (row[x * bits >> 3] >> (8 - bits - ((x * bits) & 7))) & ((1 << bits) - 1);
            if (_looksUp)
            {
                page.Palette.AsSpan(3 * value, 3).CopyTo(place[(3 * x)..]);
            }
            else
            {
                place[x] = (byte)value;
            }
        }
    }

    // The largest number less an unsigned one has all its bits turned.
    private void Invert(Span<byte> place)
    {
        var mask = (byte)(page.BitsPerSample < 8 ? (1 << page.BitsPerSample) - 1 : byte.MaxValue);
        for (var i = 0; i < place.Length; i++)
        {
            place[i] ^= mask;
        }
    }
}
