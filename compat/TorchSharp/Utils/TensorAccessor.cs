// Stands in for TorchSharp.Utils.TensorAccessor: a tensor's elements in CPU memory, by index or one after another.
using System.Collections;
using System.Runtime.InteropServices;
using static TorchSharp.PInvoke.NativeMethods;

namespace TorchSharp.Utils;

public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly long[] shape;
    private readonly long[] strides;
    private readonly bool contiguous;
    private readonly T* memory;
    private torch.Tensor? tensor;

    internal TensorAccessor(torch.Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU)
        {
            throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        }

        shape = tensor.shape;
        strides = tensor.stride();
        contiguous = tensor.is_contiguous();
        Count = tensor.numel();
        memory = Count == 0 ? null : (T*)Check((nint)mst_data(tensor.Handle));
        this.tensor = tensor;
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => memory[Offset(indices)];
        set => memory[Offset(indices)] = value;
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        if (contiguous)
        {
            var length = (int)Math.Min(Count - tensorIndex, array.Length - arrayIndex);
            new ReadOnlySpan<T>(memory + tensorIndex, length).CopyTo(array[arrayIndex..]);
        }
        else
        {
            for (var i = tensorIndex; i < Count && arrayIndex < array.Length; i++)
            {
                array[arrayIndex++] = memory[StridedOffset(i)];
            }
        }

        GC.KeepAlive(tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        for (var i = tensorIndex; i < Count && arrayIndex < array.Length; i++)
        {
            memory[StridedOffset(i)] = array[arrayIndex++];
        }

        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
        {
            yield return At(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => tensor = null;

    private T At(long index) => memory[StridedOffset(index)];

    private long Offset(long[] indices)
    {
        if (indices.Length == 1 && shape.Length != 1)
        {
            return StridedOffset(indices[0]);
        }

        long offset = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            if ((ulong)indices[i] >= (ulong)shape[i])
            {
                throw new IndexOutOfRangeException($"Index {indices[i]} is outside dimension {i} of size {shape[i]}.");
            }

            offset += indices[i] * strides[i];
        }

        return offset;
    }

    private long StridedOffset(long index)
    {
        if (contiguous)
        {
            return index;
        }

        long offset = 0;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            (index, var position) = Math.DivRem(index, shape[i]);
            offset += position * strides[i];
        }

        return offset;
    }
}
