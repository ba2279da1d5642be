using System.Buffers;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The voxel bytes of a file, unpacked on the way; every failure to deliver them names the file.</summary>
/// <param name="source">The file as the caller gave it; stands in errors.</param>
/// <param name="format">The format, such as "NIfTI-1".</param>
/// <param name="stream">Delivers plain bytes; this object disposes it.</param>
/// <param name="packedLength">Bytes of the file that feed <paramref name="stream"/>.</param>
/// <param name="packing">How they are packed.</param>
internal sealed class VoxelData(string source, string format, Stream stream, long packedLength, VoxelPacking packing) : IDisposable
{
    /// <summary>The most bytes that deflate can make of one (zlib's manual, "maximum compression factor").</summary>
    public const int LargestDeflateRatio = 1032;

    private const int ReadPiece = 1 << 16;

    private long _position;
    private long _firstVoxel;

    /// <summary>True where blocks can be read without what comes before them.</summary>
    public bool CanSeek => packing == VoxelPacking.None && stream.CanSeek;

    /// <summary>The file, where blocks of it may be read by several threads at once.</summary>
    public SafeFileHandle? Handle => packing == VoxelPacking.None && stream is FileStream file ? file.SafeFileHandle : null;

    /// <summary>Where the next byte lies in the file of <see cref="Handle"/>.</summary>
    public long FileOffset => stream.Position;

    /// <summary>Opens plain or gzip bytes, whichever they are, from the stream's current position on.</summary>
    public static VoxelData OpenPlainOrGzip(string source, string format, Stream stream)
    {
        Span<byte> magic = stackalloc byte[2];
        var count = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        stream.Seek(-count, SeekOrigin.Current);
        return Open(source, format, stream, count == 2 && magic[0] == 0x1F && magic[1] == 0x8B ? VoxelPacking.Gzip : VoxelPacking.None);
    }

    /// <summary>Opens packed or plain bytes from the stream's current position on.</summary>
    public static VoxelData Open(string source, string format, Stream stream, VoxelPacking packing)
    {
        var length = stream.Length - stream.Position;
        Stream plain = packing switch
        {
            VoxelPacking.None => stream,
            VoxelPacking.Gzip => new GZipStream(stream, CompressionMode.Decompress),
            VoxelPacking.Zlib => new ZLibStream(stream, CompressionMode.Decompress),
            _ => throw new NotSupportedException($"Voxels packed by {packing} cannot be unpacked."),
        };
        return new VoxelData(source, format, plain, length, packing);
    }

    /// <summary>Makes the current position that of the first voxel.</summary>
    public void MarkFirstVoxel() => _firstVoxel = _position;

    /// <summary>Fails where the file cannot hold so many bytes, before anybody takes memory for them.</summary>
    public void RequireLength(long bytes)
    {
        var possible = packing switch
        {
            VoxelPacking.None => packedLength - _firstVoxel,
            _ => packedLength > long.MaxValue / LargestDeflateRatio ? long.MaxValue : packedLength * LargestDeflateRatio,
        };
        if (bytes > possible)
        {
            throw Fault(packing == VoxelPacking.None
                ? $"the header asks for {bytes} bytes of voxels, but the file has only {possible}. The file is cut short or its sizes are wrong; copy it again from its origin."
                : $"the header asks for {bytes} bytes of voxels, but {packedLength} packed bytes cannot hold so many. The sizes are wrong or the file is cut short; copy it again from its origin.");
        }
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
        var piece = new byte[ReadPiece];
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

    /// <summary>Moves to a later position.</summary>
    /// <param name="offset">Bytes from the first voxel; not before the current position where packed.</param>
    public void MoveTo(long offset)
    {
        var position = _firstVoxel + offset;
        if (CanSeek)
        {
            stream.Seek(position - _position, SeekOrigin.Current);
            _position = position;
            return;
        }

        var passed = ArrayPool<byte>.Shared.Rent(ReadPiece);
        try
        {
            while (_position < position)
            {
                ReadExactly(passed.AsSpan(0, (int)Math.Min(passed.Length, position - _position)));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(passed);
        }
    }

    /// <summary>Reads on to the end mark of packed data, so that its checksum is verified; call after the last voxel.</summary>
    public void VerifyEnd()
    {
        if (packing == VoxelPacking.None)
        {
            return;
        }

        try
        {
            // Further bytes may follow and are nobody's; only the packing's own faults matter.
            _ = stream.Read(stackalloc byte[1]);
        }
        catch (InvalidDataException fault)
        {
            throw Damaged(fault);
        }
    }

    /// <summary>An error for a file that has fewer bytes than it promised.</summary>
    public VolumeFormatException EndsEarly(long delivered)
        => Fault($"the data ends after {delivered} bytes, before the last voxel. The file is cut short; copy it again from its origin.");

    /// <summary>An error about the voxels of this file.</summary>
    public VolumeFormatException Fault(string message, Exception? inner = null) => new(source, format, null, message, inner);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private int Read(Span<byte> bytes)
    {
        var total = 0;
        try
        {
            while (total < bytes.Length)
            {
                var count = stream.Read(bytes[total..]);
                if (count == 0)
                {
                    break;
                }

                total += count;
            }
        }
        catch (InvalidDataException fault)
        {
            throw Damaged(fault);
        }

        _position += total;
        return total;
    }

    private VolumeFormatException Damaged(InvalidDataException fault)
        => Fault($"the {packing} data is damaged ({fault.Message.TrimEnd('.')}). Copy the file again from its origin.", fault);
}
