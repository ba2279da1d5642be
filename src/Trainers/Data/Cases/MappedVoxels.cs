using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Microsoft.ML.MedicalSegmentation.Data.Cases;

/// <summary>
/// Voxels in a file that read as if they were in memory; the operating system keeps the parts in use and lets the others go.
/// </summary>
/// <typeparam name="T">The type of a voxel.</typeparam>
internal sealed unsafe class MappedVoxels<T> : MemoryManager<T>
    where T : unmanaged
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _count;
    private bool _disposed;

    /// <param name="file">The file.</param>
    /// <param name="offset">The first byte of the voxels.</param>
    /// <param name="count">Number of voxels.</param>
    public MappedVoxels(MemoryMappedFile file, long offset, int count)
    {
        _count = count;
        _view = file.CreateViewAccessor(offset, (long)count * sizeof(T), MemoryMappedFileAccess.Read);
        byte* page = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref page);
        _start = page + _view.PointerOffset;
    }

    /// <inheritdoc/>
    public override Span<T> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new(_start, _count);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new((T*)_start + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
        // A mapped page has one address as long as it is mapped.
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }
    }
}
