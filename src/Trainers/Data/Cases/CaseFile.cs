using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Data.Cases;

/// <summary>A temporary file of the voxels of cases that memory has no room for. It can be read at any place, by several threads.</summary>
/// <remarks>
/// Only the user who trains may read the file. It is removed when it is closed; on Linux it has no name even before, so that a killed
/// process leaves none.
/// </remarks>
internal sealed class CaseFile : IDisposable
{
    private const int BlockValues = 1 << 16;

    private readonly FileStream _stream;
    private readonly List<IDisposable> _open = [];

    /// <param name="folder">Where the file is made. Default: null, the system's folder of temporary files.</param>
    public CaseFile(string? folder = null)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 1 << 20,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var path = Path.Combine(folder ?? Path.GetTempPath(), $"medseg-{Guid.NewGuid():N}.tmp");
        _stream = new(path, options);
        if (OperatingSystem.IsLinux())
        {
            File.Delete(path);
        }
    }

    /// <summary>Bytes written.</summary>
    public long Length => _stream.Length;

    /// <summary>Writes a case and gives it back as one whose voxels lie in the file: single precision, labels of 16 bits.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public TrainingCase Keep(TrainingCase source)
    {
        var (image, labels) = (source.Image, source.Labels);
        var start = _stream.Length;
        _stream.Position = start;
        Write<float>(image.Shape.Count, image.CopyValues);
        var values = new int[BlockValues];
        Write<ushort>(labels?.Shape.Count ?? 0, (first, block) =>
        {
            labels?.CopyLabels(first, values.AsSpan(0, block.Length));
            for (var i = 0; i < block.Length; i++)
            {
                block[i] = (ushort)values[i];
            }
        });
        _stream.Flush();

        var file = Opened(
            MemoryMappedFile.CreateFromFile(_stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true)
        );
        var voxels = Opened(new MappedVoxels<float>(file, start, checked((int)image.Shape.Count)));
        return source with
        {
            Image = new Volume<float>(voxels.Memory, image.Shape, image.Geometry, VoxelScaling.Identity, image.Header),
            Labels = labels is null ? null : KeptLabels(file, start + (image.Shape.Count * sizeof(float)), labels),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _open.Reverse();
        _open.ForEach(part => part.Dispose());
        _stream.Dispose();
    }

    private LabelVolume KeptLabels(MemoryMappedFile file, long start, LabelVolume labels)
    {
        var indices = Opened(new MappedVoxels<ushort>(file, start, checked((int)labels.Shape.Count)));
        return LabelVolume.FromVolume(
            new Volume<ushort>(indices.Memory, labels.Shape, labels.Geometry, VoxelScaling.Identity, labels.Voxels.Header),
            labels.Classes
        );
    }

    private T Opened<T>(T part)
        where T : IDisposable
    {
        _open.Add(part);
        return part;
    }

    private delegate void Reader<T>(long start, Span<T> block);

    private void Write<T>(long count, Reader<T> read)
        where T : unmanaged
    {
        var block = new T[BlockValues];
        for (long first = 0; first < count; first += block.Length)
        {
            var part = block.AsSpan(0, (int)Math.Min(block.Length, count - first));
            read(first, part);
            _stream.Write(MemoryMarshal.AsBytes(part));
        }
    }
}
