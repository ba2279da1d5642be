using Microsoft.ML.MedicalSegmentation.Formats.IO;
using Microsoft.ML.MedicalSegmentation.Formats.Voxels;

namespace Microsoft.ML.MedicalSegmentation.Formats.Pairs;

/// <summary>A file opened for reading whose voxels follow its header, or lie in files of their own beside it.</summary>
internal abstract class HeaderDataPair : IDisposable
{
    /// <summary>Opens the file. A derived class reads and checks the header, and disposes this object where that fails.</summary>
    /// <exception cref="VolumeFormatException">The file is packed as a whole.</exception>
    protected HeaderDataPair(VolumeSource source)
    {
        (Source, Stream) = (source, source.Open());
        Span<byte> start = stackalloc byte[10];
        var count = Stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        Stream.Seek(-count, SeekOrigin.Current);
        if (VoxelCompression.OfFile(start[..count], source.Name) is { Unpack: not null } packing)
        {
            Stream.Dispose();
            throw new VolumeFormatException(
                source.Name,
                null,
                null,
                $"the file is compressed as a whole by {packing.Name}, header and voxels, which this format is not read in. Unpack "
                    + "it first (gzip -d, bzip2 -d)."
            );
        }
    }

    /// <summary>What the file says.</summary>
    public abstract VolumeHeader Header { get; }

    /// <summary>The file as the caller named it, and how to read it.</summary>
    protected VolumeSource Source { get; }

    /// <summary>The file, read up to the end of its header.</summary>
    protected Stream Stream { get; }

    /// <summary>How the voxels lie.</summary>
    protected abstract VoxelLayout Layout { get; }

    /// <summary>Reads the voxels, once.</summary>
    public Volume Read(VolumeRegion? region)
    {
        using var data = OpenVoxels();
        data.MarkFirstVoxel();
        return VoxelReader.Read(data, Layout, Header, region, Source.Options);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the voxels, wherever they are.</summary>
    protected abstract VoxelData OpenVoxels();

    /// <summary>Finds the first voxel.</summary>
    /// <param name="name">The file that holds the voxels; stands in errors.</param>
    /// <param name="stream">Positioned after the header, or at the start of a separate file.</param>
    /// <param name="bytes">Bytes of its voxels.</param>
    /// <param name="isDetached">True in a file of its own.</param>
    protected abstract VoxelData Start(string name, Stream stream, long bytes, bool isDetached);

    /// <summary>Opens the voxels that follow the header.</summary>
    protected VoxelData OpenAttached() => Open(Source.Name, Stream, Layout.SizeInBytes, isDetached: false);

    /// <summary>Opens the voxels in files beside the header, in their order.</summary>
    protected VoxelData OpenDetached(string format, IReadOnlyList<string> names)
        => FileSequenceStream.Open(Source.Name, format, names, Layout.SizeInBytes, (name, bytes) =>
        {
            var file = Source.Sibling(name);
            var data = Open(file.Name, file.Open(), bytes, isDetached: true);
            data.MarkFirstVoxel();
            return data;
        });

    private VoxelData Open(string name, Stream stream, long bytes, bool isDetached)
    {
        try
        {
            return Start(name, stream, bytes, isDetached);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
