namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>A stream whose bytes are decoded piece by piece, such as the rows of a picture.</summary>
internal abstract class PieceStream : UnpackingStream
{
    private ReadOnlyMemory<byte> _piece;

    public sealed override int Read(Span<byte> buffer)
    {
        if (_piece.IsEmpty)
        {
            _piece = NextPiece();
        }

        var count = Math.Min(buffer.Length, _piece.Length);
        _piece.Span[..count].CopyTo(buffer);
        _piece = _piece[count..];
        return count;
    }

    /// <summary>Decodes the next bytes, which stay as they are until the next call; none at the end.</summary>
    protected abstract ReadOnlyMemory<byte> NextPiece();
}
