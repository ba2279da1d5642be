using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>The voxel bytes of a file, unpacked on the way; every failure to deliver them names the file.</summary>
internal sealed class VoxelData : IDisposable
{
    private const int ReadPiece = 1 << 16;
    private const int MagicBytes = 10;

    // Beyond it, the end of packed data is not looked for, so that a decompression bomb takes no time.
    private const int LargestTrailer = 16 << 20;

    private readonly string _source;
    private readonly string _format;
    private readonly Stream _file;
    private readonly VoxelCompression _packing;
    private readonly long _start;
    private Stream _plain;
    private long _position;
    private long _firstVoxel;

    /// <summary>Opens plain or packed bytes from the file's current position on.</summary>
    /// <param name="source">The file as the caller gave it; stands in errors.</param>
    /// <param name="format">The format, such as "NIfTI-1".</param>
    /// <param name="file">Can seek; this object disposes it.</param>
    /// <param name="packing">How the bytes are packed.</param>
    public VoxelData(string source, string format, Stream file, VoxelCompression packing)
    {
        (_source, _format, _file, _packing, _start) = (source, format, file, packing, file.Position);
        _plain = Unpack();
    }

    /// <summary>True where blocks can be read without what comes before them.</summary>
    public bool CanSeek => _packing.Unpack is null;

    /// <summary>The file, where blocks of it may be read by several threads at once.</summary>
    public SafeFileHandle? Handle => CanSeek && _file is FileStream file ? file.SafeFileHandle : null;

    /// <summary>Where the next byte lies in the file of <see cref="Handle"/>.</summary>
    public long FileOffset => _file.Position;

    /// <summary>Bytes of the file from where it was opened on, as they are packed.</summary>
    public long PackedLength => _file.Length - _start;

    /// <summary>Opens plain, gzip or bzip2 bytes, whichever they are, from the file's current position on.</summary>
    /// <exception cref="VolumeFormatException">The bytes are packed in another way.</exception>
    public static VoxelData OpenPossiblyPacked(string source, string format, Stream file)
    {
        Span<byte> start = stackalloc byte[MagicBytes];
        var count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Seek(-count, SeekOrigin.Current);
        return new(source, format, file, VoxelCompression.OfFile(start[..count], source));
    }

    /// <summary>Makes the current position that of the first voxel.</summary>
    public void MarkFirstVoxel() => _firstVoxel = _position;

    /// <summary>
    /// Fails if the file cannot hold so many bytes of voxels, or the caller wants fewer, before anybody takes memory for them.
    /// </summary>
    /// <param name="bytes">All voxels of the file.</param>
    /// <param name="inMemory">Those that are to be read.</param>
    /// <param name="options">What the caller allows; null for no limit.</param>
    public void RequireLength(long bytes, long inMemory = 0, VolumeReadOptions? options = null)
    {
        var possible = (long)Math.Min((PackedLength + (CanSeek ? 0 : 1)) * _packing.LargestRatio, long.MaxValue / 2) - _firstVoxel;
        if (bytes <= possible || _packing.MayExceedRatio)
        {
            options?.RequireAllowed(inMemory, CanSeek ? null : PackedLength, _source, _format);
        }

        if (bytes <= possible || (_packing.MayExceedRatio && bytes <= CountPlain(_firstVoxel + bytes) - _firstVoxel))
        {
            return;
        }

        throw Fault(
            CanSeek
                ? $"the header asks for {bytes} bytes of voxels, but the file has only {possible}. The file is cut short or its sizes "
                    + "are wrong; copy it again from its origin."
                : $"the header asks for {bytes} bytes of voxels, but {PackedLength} bytes of {_packing.Name} data do not hold so "
                    + "many. The sizes are wrong or the file is cut short; copy it again from its origin."
        );
    }

    /// <summary>Bytes that the data gives when unpacked; reads through packed data and returns to where it was.</summary>
    /// <param name="enough">Counting may stop there, so that a decompression bomb ends early.</param>
    public long CountPlain(long enough = long.MaxValue)
    {
        if (CanSeek)
        {
            return PackedLength;
        }

        var position = _position;
        var passed = new byte[ReadPiece];
        while (_position < enough && Read(passed) > 0)
        {
        }

        var count = _position;
        _plain.Dispose();
        _file.Position = _start;
        _plain = Unpack();
        _position = 0;
        Skip(position);
        return count;
    }

    /// <summary>Fills the span from the current position.</summary>
    public void ReadExactly(Span<byte> bytes)
    {
        if (Read(bytes) < bytes.Length)
        {
            throw EndsEarly(_position - _firstVoxel);
        }
    }

    /// <summary>Reads so many bytes, or fewer where the file ends before. Takes memory only as bytes arrive.</summary>
    public byte[] ReadUpTo(long count)
    {
        var bytes = new MemoryStream();
        var piece = new byte[Math.Min(ReadPiece, count)];
        while (bytes.Length < count)
        {
            var read = Read(piece.AsSpan(0, (int)Math.Min(piece.Length, count - bytes.Length)));
            if (read == 0)
            {
                break;
            }

            bytes.Write(piece, 0, read);
        }

        return bytes.ToArray();
    }

    /// <summary>Moves on by so many bytes.</summary>
    public void Skip(long count)
    {
        if (CanSeek)
        {
            _file.Seek(count, SeekOrigin.Current);
            _position += count;
            return;
        }

        var passed = new byte[Math.Min(ReadPiece, Math.Max(count, 0))];
        while (count > 0)
        {
            var piece = passed.AsSpan(0, (int)Math.Min(passed.Length, count));
            ReadExactly(piece);
            count -= piece.Length;
        }
    }

    /// <summary>Moves to a voxel byte.</summary>
    /// <param name="offset">Bytes from the first voxel; not before the current position where packed.</param>
    public void MoveTo(long offset) => Skip(_firstVoxel + offset - _position);

    /// <summary>Reads on to the end mark of packed data, so that its checksum is verified; call after the last voxel.</summary>
    public void VerifyEnd()
    {
        if (!CanSeek)
        {
            // Further bytes may follow and are ignored; only the packing's own faults matter. Damaged data often gives a few bytes more.
            var passed = new byte[ReadPiece];
            for (var rest = LargestTrailer; rest > 0 && Read(passed) == passed.Length; rest -= passed.Length)
            {
            }
        }
    }

    /// <summary>An error for a file that has fewer bytes than it promised.</summary>
    public VolumeFormatException EndsEarly(long delivered)
        => Fault($"the data ends after {delivered} bytes, before the last voxel. The file is cut short; copy it again from its origin.");

    /// <summary>An error about the voxels of this file.</summary>
    public VolumeFormatException Fault(string message, Exception? inner = null) => new(_source, _format, null, message, inner);

    /// <inheritdoc/>
    public void Dispose()
    {
        _plain.Dispose();
        _file.Dispose();
    }

    private Stream Unpack() => _packing.Unpack is { } unpack ? Guarded(() => unpack(_file)) : _file;

    private int Read(Span<byte> bytes)
    {
        var total = 0;
        while (total < bytes.Length)
        {
            var count = ReadOnce(bytes[total..]);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        _position += total;
        return total;
    }

    private int ReadOnce(Span<byte> bytes)
    {
        try
        {
            return _plain.Read(bytes);
        }
        catch (Exception fault) when (VoxelCompression.IsDamage(fault))
        {
            throw Damaged(fault);
        }
    }

    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception fault) when (VoxelCompression.IsDamage(fault))
        {
            throw Damaged(fault);
        }
    }

    private VolumeFormatException Damaged(Exception fault)
        => Fault($"the {_packing.Name} data is damaged ({fault.Message.TrimEnd('.')}). Copy the file again from its origin.", fault);
}
