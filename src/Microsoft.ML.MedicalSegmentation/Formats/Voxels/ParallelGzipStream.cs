using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Packs what is written to it as one gzip member, several blocks at once.</summary>
/// <remarks>
/// Deflate data may be cut wherever a compressor was flushed to a byte boundary. So blocks of 1 MiB are packed
/// independently, on as many threads as allowed, and joined in order; their checksums are combined. Any gzip reader sees
/// one ordinary member (RFC 1952). The idea is pigz's, https://zlib.net/pigz/.
/// </remarks>
internal sealed class ParallelGzipStream : Stream
{
    private const int BlockBytes = 1 << 20;
    private const int GzipHeaderBytes = 10;
    private const int GzipTrailerBytes = 8;

    private readonly Stream _destination;
    private readonly VolumeWriteOptions _options;
    private readonly Queue<Task<Packed>> _pending = new();
    private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int _filled;
    private uint _checksum;
    private long _length;
    private bool _closed;

    /// <summary>Starts a gzip member at the destination's current position. The destination stays open.</summary>
    public ParallelGzipStream(Stream destination, VolumeWriteOptions options)
    {
        _destination = destination;
        _options = options;

        // Magic, deflate, no flags, no time, no hint, unknown system: the same input gives the same file.
        _destination.Write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]);
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
            if (_filled > 0)
            {
                Submit();
            }

            ArrayPool<byte>.Shared.Return(_block);
            while (_pending.Count > 0)
            {
                Drain();
            }

            // An empty last block, then the trailer.
            Span<byte> trailer = stackalloc byte[10];
            trailer[0] = 3;
            trailer[1] = 0;
            BinaryPrimitives.WriteUInt32LittleEndian(trailer[2..], _checksum);
            BinaryPrimitives.WriteUInt32LittleEndian(trailer[6..], (uint)_length);
            _destination.Write(trailer);
        }

        base.Dispose(disposing);
    }

    private void Submit()
    {
        var (block, length) = (_block, _filled);
        _pending.Enqueue(Task.Run(() => Pack(block, length, _options.CompressionLevel)));
        _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        _filled = 0;
        while (_pending.Count > _options.MaximumThreads)
        {
            Drain();
        }
    }

    private void Drain()
    {
        var packed = _pending.Dequeue().GetAwaiter().GetResult();
        _destination.Write(packed.Bytes.GetBuffer(), GzipHeaderBytes, packed.End - GzipHeaderBytes);
        _checksum = Crc32.Combine(_checksum, packed.Checksum, packed.Length);
        _length += packed.Length;
    }

    private static Packed Pack(byte[] block, int length, int level)
    {
        var bytes = new MemoryStream(length / 2);
        int end;
        using (var gzip = new GZipStream(bytes, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
        {
            gzip.Write(block, 0, length);
            gzip.Flush();
            end = (int)bytes.Length;
        }

        ArrayPool<byte>.Shared.Return(block);
        var trailer = bytes.GetBuffer().AsSpan((int)bytes.Length - GzipTrailerBytes);
        return new(bytes, end, BinaryPrimitives.ReadUInt32LittleEndian(trailer), length);
    }

    /// <summary>A packed block: its own gzip file, of which the bytes between the header and <see cref="End"/> are wanted.</summary>
    private readonly record struct Packed(MemoryStream Bytes, int End, uint Checksum, int Length);
}
