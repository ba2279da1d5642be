namespace Microsoft.ML.MedicalSegmentation.Formats.IO;

/// <summary>Bytes in memory, in blocks: growing copies nothing, and there is no limit of 2 GiB.</summary>
internal sealed class BlockStream : Stream
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockLength = 1 << 20;

    private readonly List<byte[]> _blocks;
    private readonly string? _path;
    private long _available;
    private long _length;

    /// <summary>An empty stream to write.</summary>
    public BlockStream() => (_blocks, CanWrite) = ([], true);

    /// <summary>A view of a file's bytes; several views may be read at once.</summary>
    /// <param name="blocks">The bytes.</param>
    /// <param name="available">How many of them there are.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="path">The file, for <see cref="NotBufferedException"/> where bytes beyond those available are read.</param>
    public BlockStream(List<byte[]> blocks, long available, long length, string path) =>
        (_blocks, _available, _length, _path) = (blocks, available, length, path);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite { get; }

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position { get; set; }

    /// <summary>The bytes written, block by block.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Blocks =>
        _blocks
            .Select((block, index) => new ReadOnlyMemory<byte>(block, 0, (int)Math.Min(BlockLength, _length - ((long)index * BlockLength))))
            .Where(block => block.Length > 0);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, Math.Max(0, _length - Position));
        if (_path is not null && Position + wanted > _available)
        {
            throw new NotBufferedException(_path);
        }

        for (var read = 0; read < wanted;)
        {
            var (block, offset) = ((int)(Position / BlockLength), (int)(Position % BlockLength));
            var count = Math.Min(wanted - read, BlockLength - offset);
            _blocks[block].AsSpan(offset, count).CopyTo(buffer[read..]);
            read += count;
            Position += count;
        }

        return wanted;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!CanWrite)
        {
            throw new NotSupportedException("These are the bytes of a file that is read.");
        }

        SetLength(Math.Max(_length, Position + buffer.Length));
        while (buffer.Length > 0)
        {
            var (block, offset) = ((int)(Position / BlockLength), (int)(Position % BlockLength));
            var count = Math.Min(buffer.Length, BlockLength - offset);
            buffer[..count].CopyTo(_blocks[block].AsSpan(offset));
            buffer = buffer[count..];
            Position += count;
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => _length + offset,
    };

    /// <inheritdoc/>
    public override void SetLength(long value)
    {
        while ((long)_blocks.Count * BlockLength < value)
        {
            _blocks.Add(new byte[BlockLength]);
        }

        // Bytes beyond an earlier end are zeros.
        if (value < _length)
        {
            for (var at = value; at < Math.Min(_length, (long)_blocks.Count * BlockLength);)
            {
                var offset = (int)(at % BlockLength);
                _blocks[(int)(at / BlockLength)].AsSpan(offset).Clear();
                at += BlockLength - offset;
            }
        }

        _length = value;
        _available = value;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }
}
