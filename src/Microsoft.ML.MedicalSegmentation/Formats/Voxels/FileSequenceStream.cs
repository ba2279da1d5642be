namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>Joins the voxels of several files of equal size, as formats do that keep a slice a file.</summary>
/// <param name="files">Opens each file at its first voxel.</param>
/// <param name="bytesPerFile">Voxel bytes of each.</param>
internal sealed class FileSequenceStream(IReadOnlyList<Func<VoxelData>> files, long bytesPerFile) : UnpackingStream
{
    private VoxelData? _current;
    private int _next;
    private long _remaining;

    /// <summary>Opens one data file, or several as one; all are checked to be long enough first.</summary>
    /// <param name="source">The header, for errors.</param>
    /// <param name="format">The format, for errors.</param>
    /// <param name="names">File names in the order of their voxels.</param>
    /// <param name="bytes">Voxel bytes of all files together.</param>
    /// <param name="openFile">Opens the file of a name, which has so many bytes, at its first voxel.</param>
    public static VoxelData Open(
        string source,
        string format,
        IReadOnlyList<string> names,
        long bytes,
        Func<string, long, VoxelData> openFile
    )
    {
        var bytesPerFile = bytes / names.Count;
        if (names.Count == 1)
        {
            return openFile(names[0], bytesPerFile);
        }

        foreach (var name in names)
        {
            using var file = openFile(name, bytesPerFile);
            file.RequireLength(bytesPerFile);
        }

        var openers = names.Select<string, Func<VoxelData>>(name => () => openFile(name, bytesPerFile)).ToList();
        return new VoxelData(source, format, new FileSequenceStream(openers, bytesPerFile), VoxelCompression.None);
    }

    public override bool CanSeek => true;

    public override long Length => files.Count * bytesPerFile;

    public override long Position
    {
        get => (_next * bytesPerFile) - _remaining;
        set
        {
            _current?.Dispose();
            (_next, _remaining) = ((int)(value / bytesPerFile), 0);
            _current = null;
            if (value % bytesPerFile is > 0 and var within)
            {
                OpenNext();
                _current?.MoveTo(within);
                _remaining -= within;
            }
        }
    }

    public override long Seek(long offset, SeekOrigin origin)
        => Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length };

    public override int Read(Span<byte> buffer)
    {
        if (_remaining == 0 && !OpenNext())
        {
            return 0;
        }

        var piece = buffer[..(int)Math.Min(buffer.Length, _remaining)];
        _current?.ReadExactly(piece);
        _remaining -= piece.Length;
        return piece.Length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _current?.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool OpenNext()
    {
        _current?.Dispose();
        _current = null;
        if (_next == files.Count)
        {
            return false;
        }

        _current = files[_next++]();
        _remaining = bytesPerFile;
        return true;
    }
}
