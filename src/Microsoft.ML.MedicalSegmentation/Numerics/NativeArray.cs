using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>
/// Large working memory outside the heap of the garbage collector: it is given back the moment that it is disposed, not at some later
/// collection.
/// </summary>
/// <remarks>It has no finalizer, as spans do not keep it alive: who makes one disposes it, after the last use of its spans.</remarks>
/// <typeparam name="T">Of the values.</typeparam>
internal sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    private readonly long _length;
    private T* _first;

    /// <summary>Takes memory.</summary>
    /// <param name="length">Number of values; may exceed that of an array.</param>
    /// <param name="clear">True to fill it with zeros; otherwise the content is undefined.</param>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public NativeArray(long length, bool clear = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var bytes = checked((nuint)length * (nuint)sizeof(T));
        _length = length;
        _first = (T*)(clear ? NativeMemory.AllocZeroed(bytes) : NativeMemory.Alloc(bytes));
        LargePages.Request((nuint)_first, bytes);
    }

    /// <summary>A part of the values.</summary>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches past the end.</exception>
    public Span<T> AsSpan(long start, int length)
    {
        ObjectDisposedException.ThrowIf(_first is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, _length - length);
        return new(_first + start, length);
    }

    /// <summary>Gives the memory back; may be called more than once.</summary>
    public void Dispose()
    {
        NativeMemory.Free(_first);
        _first = null;
    }
}
