using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Bmp;

/// <summary>The samples of a BMP from the upper row on, those of a pixel together in the order red, green, blue.</summary>
/// <param name="file">Stands at the start of the file; stays open.</param>
/// <param name="header">What it says.</param>
/// <param name="keepIndices">True for numbers of palette colours instead of colours.</param>
internal sealed class BmpPixelStream(Stream file, BmpHeader header, bool keepIndices) : PieceStream
{
    private readonly long _start = file.Position;
    private readonly int _channels = header.ChannelsRead(keepIndices);
    private byte[] _row = [];
    private byte[] _ready = [];
    private int _y;

    protected override ReadOnlyMemory<byte> NextPiece()
    {
        if (_y == header.Height)
        {
            return default;
        }

        if (_y == 0)
        {
            _row = new byte[header.Stride];
            _ready = new byte[(long)header.Width * _channels];
        }

        var position = _start + header.PixelOffset + ((header.IsTopDown ? _y : header.Height - 1 - _y) * header.Stride);
        if (!Load(position))
        {
            return default;
        }

        Unpack();
        _y++;
        return _ready;
    }

    // Some streams refuse positions beyond their end.
    private bool Load(long position)
    {
        if (position + _row.Length > file.Length)
        {
            return false;
        }

        file.Position = position;
        return file.ReadAtLeast(_row, _row.Length, throwOnEndOfStream: false) == _row.Length;
    }

    private void Unpack()
    {
        var bits = header.BitsPerPixel;
        for (var x = 0; x < header.Width; x++)
        {
            var pixel = _ready.AsSpan(x * _channels, _channels);
            if (bits <= 8)
            {
                LookUp((_row[x * bits >> 3] >> (8 - bits - ((x * bits) & 7))) & ((1 << bits) - 1), pixel);
                continue;
            }

            var stored = _row.AsSpan(x * bits / 8);
            (pixel[0], pixel[1], pixel[2]) = (stored[2], stored[1], stored[0]);
            if (_channels == 4)
            {
                pixel[3] = stored[3];
            }
        }
    }

    private void LookUp(int value, Span<byte> pixel)
    {
        if (keepIndices)
        {
            pixel[0] = (byte)value;
            return;
        }

        if (4 * value >= header.Palette.Length)
        {
            throw new InvalidDataException($"a pixel has the colour {value}; the palette has {header.Palette.Length / 4} colours");
        }

        pixel[0] = header.Palette[(4 * value) + 2];
        if (pixel.Length == 3)
        {
            (pixel[1], pixel[2]) = (header.Palette[(4 * value) + 1], header.Palette[4 * value]);
        }
    }
}
