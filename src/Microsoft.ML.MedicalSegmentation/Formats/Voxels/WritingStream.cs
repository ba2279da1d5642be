namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>A stream that is only written, forwards, and turned into pieces of one size.</summary>
/// <param name="pieceBytes">Bytes of every piece but the last.</param>
internal abstract class WritingStream(int pieceBytes) : Stream
{
    private readonly byte[] _piece = new byte[pieceBytes];
    private int _filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException("The length is known only at the end.");

    public override long Position
    {
        get => throw new NotSupportedException("This stream is only written on.");
        set => throw new NotSupportedException("This stream is only written on.");
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var count = Math.Min(buffer.Length, _piece.Length - _filled);
            buffer[..count].CopyTo(_piece.AsSpan(_filled));
            _filled += count;
            buffer = buffer[count..];
            if (_filled == _piece.Length)
            {
                EndPiece();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Does nothing: pieces are only full or last, so that equal input gives equal files.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is only written on.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("This stream is only written on.");

    public override void SetLength(long value) => throw new NotSupportedException("This stream is only written on.");

    /// <summary>Takes a piece; it may be changed.</summary>
    protected abstract void WritePiece(Span<byte> piece);

    protected override void Dispose(bool disposing)
    {
        if (disposing && _filled > 0)
        {
            EndPiece();
        }

        base.Dispose(disposing);
    }

    private void EndPiece()
    {
        WritePiece(_piece.AsSpan(0, _filled));
        _filled = 0;
    }
}
