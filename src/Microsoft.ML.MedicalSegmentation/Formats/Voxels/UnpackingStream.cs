namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>A stream that is only read, forwards.</summary>
internal abstract class UnpackingStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The length is known only at the end.");

    public override long Position
    {
        get => throw new NotSupportedException("Only the next bytes can be read.");
        set => throw new NotSupportedException("Only the next bytes can be read.");
    }

    public abstract override int Read(Span<byte> buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Only the next bytes can be read.");

    public override void SetLength(long value) => throw new NotSupportedException("This stream is read only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is read only.");
}
