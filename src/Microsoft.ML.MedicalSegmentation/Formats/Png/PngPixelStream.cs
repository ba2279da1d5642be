using System.IO.Compression;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Png;

/// <summary>The samples of a PNG, row after row, those of a pixel together: inflated, unfiltered and unpacked.</summary>
/// <remarks>Interlaced pictures are decoded whole when the first sample is asked for.</remarks>
internal sealed class PngPixelStream : PieceStream
{
    private readonly PngHeader _header;
    private readonly PngSamples _samples;
    private readonly PngImageData _packed;
    private readonly ZLibStream _inflated;
    private byte[] _row = [];
    private byte[] _above = [];
    private byte[] _ready = [];
    private int _rowsRead;

    /// <param name="file">Stands at the first IDAT chunk; stays open.</param>
    /// <param name="header">What stood before it.</param>
    /// <param name="keepIndices">True for numbers of palette colours instead of colours.</param>
    public PngPixelStream(Stream file, PngHeader header, bool keepIndices)
    {
        _header = header;
        _samples = new PngSamples(header, keepIndices);
        _packed = new PngImageData(file);
        _inflated = new ZLibStream(_packed, CompressionMode.Decompress, leaveOpen: true);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inflated.Dispose();
        }

        base.Dispose(disposing);
    }

    protected override ReadOnlyMemory<byte> NextPiece()
    {
        if (_rowsRead == _header.Height)
        {
            return default;
        }

        if (_header.Interlaced)
        {
            DecodeInterlaced();
            _rowsRead = _header.Height;
        }
        else
        {
            if (_rowsRead == 0)
            {
                StartPass(_header.Width);
                _ready = new byte[LengthOf((long)_header.Width * _samples.BytesPerPixel)];
            }

            ReadRow();
            _samples.Unpack(_row, _ready);
            _rowsRead++;
        }

        if (_rowsRead == _header.Height)
        {
            VerifyEnd();
        }

        return _ready;
    }

    private void DecodeInterlaced()
    {
        var bytes = _samples.BytesPerPixel;
        _ready = new byte[LengthOf((long)_header.Width * _header.Height * bytes)];
        foreach (var pass in PngPass.Of(_header))
        {
            var (columns, rows) = (pass.Columns(_header), pass.Rows(_header));
            StartPass(columns);
            var pixels = new byte[columns * bytes];
            for (var row = 0; columns > 0 && row < rows; row++)
            {
                ReadRow();
                _samples.Unpack(_row, pixels);
                var target = (((pass.StartY + (row * pass.StepY)) * _header.Width) + pass.StartX) * bytes;
                for (var x = 0; x < pixels.Length; x += bytes, target += pass.StepX * bytes)
                {
                    pixels.AsSpan(x, bytes).CopyTo(_ready.AsSpan(target));
                }
            }
        }
    }

    private void StartPass(int columns)
    {
        var bytes = LengthOf((((long)columns * _header.BitsPerPixel) + 7) / 8);
        (_row, _above) = (new byte[bytes], new byte[bytes]);
    }

    private void ReadRow()
    {
        (_row, _above) = (_above, _row);
        var filter = _inflated.ReadByte();
        if (filter < 0 || _inflated.ReadAtLeast(_row, _row.Length, throwOnEndOfStream: false) < _row.Length)
        {
            throw new EndOfStreamException("the data ends before the last pixel");
        }

        PngFilter.Undo(filter, _row, _above, Math.Max(_header.BitsPerPixel / 8, 1));
    }

    private void VerifyEnd()
    {
        // The end mark of the deflate data has a checksum; further bytes are ignored.
        _ = _inflated.ReadByte();
        _packed.VerifyEnd();
    }

    private static int LengthOf(long bytes) =>
        bytes <= Array.MaxLength
            ? (int)bytes
            : throw new InvalidDataException($"{bytes} bytes must be decoded at once; at most {Array.MaxLength} can be");
}
