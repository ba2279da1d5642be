using ICSharpCode.SharpZipLib.BZip2;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>Unpacks bzip2 data, one stream or several joined, as parallel packers (pbzip2, lbzip2) write them.</summary>
/// <param name="packed">At the first stream; stays open.</param>
internal sealed class Bzip2Stream(Stream packed) : UnpackingStream
{
    private BZip2InputStream? _current = OpenNext(packed);

    /// <summary>True for the first bytes of bzip2 data.</summary>
    public static bool Recognise(ReadOnlySpan<byte> start) =>
        start.Length >= 4
        && start.StartsWith("BZh"u8)
        && start[3] is >= (byte)'1' and <= (byte)'9'
        && (
            start.Length < 10
            || start[4..10].SequenceEqual((ReadOnlySpan<byte>)[0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
            || start[4..10].SequenceEqual((ReadOnlySpan<byte>)[0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
        );

    public override int Read(Span<byte> buffer)
    {
        while (_current is not null)
        {
            var count = buffer.IsEmpty ? 0 : Read(_current, buffer);
            if (count > 0 || buffer.IsEmpty)
            {
                return count;
            }

            _current = HasNext() ? OpenNext(packed) : null;
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _current?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Read(BZip2InputStream stream, Span<byte> buffer)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (IndexOutOfRangeException fault)
        {
            throw Damaged(fault);
        }
    }

    // Decodes the first block.
    private static BZip2InputStream OpenNext(Stream packed)
    {
        try
        {
            return new(packed) { IsStreamOwner = false };
        }
        catch (IndexOutOfRangeException fault)
        {
            throw Damaged(fault);
        }
    }

    // SharpZipLib indexes its tables by what damaged data says.
    private static InvalidDataException Damaged(Exception fault) => new("The bzip2 data is damaged.", fault);

    // Anything that follows and is not another stream is ignored.
    private bool HasNext()
    {
        Span<byte> start = stackalloc byte[10];
        var count = packed.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        packed.Seek(-count, SeekOrigin.Current);
        return Recognise(start[..count]);
    }
}
