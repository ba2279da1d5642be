using System.Buffers;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>Packs what is written to it as gzip or zlib, several blocks at once.</summary>
/// <remarks>
/// Deflate data may be cut wherever a compressor was flushed to a byte boundary. So blocks of 1 MiB are packed
/// independently, on as many threads as allowed, and joined in order; their checksums are combined. Any reader sees one
/// ordinary stream. The idea is pigz's, https://zlib.net/pigz/.
/// </remarks>
internal sealed class ParallelDeflateStream : Stream
{
    private const int BlockBytes = 1 << 20;

    // What cannot be packed is stored, at five bytes for each 16 KiB or more.
    private const int LargestPacked = BlockBytes + (BlockBytes / 1024) + 1024;

    private readonly Stream _destination;
    private readonly DeflateContainer _container;
    private readonly VolumeWriteOptions _options;
    private readonly Queue<Task<Packed>> _pending = new();
    private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int _filled;
    private uint _checksum;
    private long _length;
    private bool _closed;
    private bool _hasFailed;

    /// <summary>Starts at the destination's current position. The destination stays open.</summary>
    public ParallelDeflateStream(Stream destination, DeflateContainer container, VolumeWriteOptions options)
    {
        (_destination, _container, _options) = (destination, container, options);
        _checksum = container.EmptyChecksum;
        _destination.Write(container.Start);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException("A packing stream has no length before it is closed.");

    public override long Position
    {
        get => _length + _filled;
        set => throw new NotSupportedException("A packing stream cannot seek.");
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var count = Math.Min(buffer.Length, BlockBytes - _filled);
            buffer[..count].CopyTo(_block.AsSpan(_filled));
            _filled += count;
            buffer = buffer[count..];
            if (_filled == BlockBytes)
            {
                Submit();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Does nothing: blocks are only full or last, so that equal input gives equal files.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A packing stream cannot be read.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A packing stream cannot seek.");

    public override void SetLength(long value) => throw new NotSupportedException("A packing stream cannot be cut.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
        {
            _closed = true;
            try
            {
                // After a failed write the stream cannot become whole, and the failure is told already.
                if (!_hasFailed)
                {
                    Finish();
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(_block);
                Abandon();
            }
        }

        base.Dispose(disposing);
    }

    private void Finish()
    {
        if (_filled > 0)
        {
            Submit();
        }

        while (_pending.Count > 0)
        {
            Drain();
        }

        // An empty last block, then the checksum.
        _destination.Write([3, 0]);
        _destination.Write(_container.End(_checksum, _length));
    }

    /// <summary>Waits for blocks that nobody wants any more, so that none is packed after the stream is closed.</summary>
    private void Abandon()
    {
        while (_pending.TryDequeue(out var block))
        {
            block.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default).GetAwaiter().GetResult();
        }
    }

    private void Submit()
    {
        var (block, length) = (_block, _filled);
        _pending.Enqueue(Task.Run(() => Pack(block, length)));
        _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        _filled = 0;
        while (_pending.Count > _options.MaximumThreads)
        {
            Drain();
        }
    }

    private void Drain()
    {
        _hasFailed = true;
        var packed = _pending.Dequeue().GetAwaiter().GetResult();
        var start = _container.Start.Length;
        _destination.Write(packed.Bytes, start, packed.End - start);
        _hasFailed = false;
        ArrayPool<byte>.Shared.Return(packed.Bytes);
        _checksum = _container.Combine(_checksum, packed.Checksum, packed.Length);
        _length += packed.Length;
    }

    private Packed Pack(byte[] block, int length)
    {
        var packed = ArrayPool<byte>.Shared.Rent(LargestPacked);
        using var bytes = new MemoryStream(packed);
        int end;
        using (var stream = _container.Pack(bytes, _options.CompressionLevel))
        {
            stream.Write(block, 0, length);
            stream.Flush();
            end = (int)bytes.Position;
        }

        ArrayPool<byte>.Shared.Return(block);
        return new(packed, end, _container.ReadChecksum(packed.AsSpan(0, (int)bytes.Position)), length);
    }

    /// <summary>A block packed by itself, of which the bytes between the container's start and <see cref="End"/> are wanted.</summary>
    private readonly record struct Packed(byte[] Bytes, int End, uint Checksum, int Length);
}
