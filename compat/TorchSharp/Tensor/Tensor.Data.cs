// Stands in for the access to elements of torch.Tensor from C#.
using System.Runtime.CompilerServices;
using TorchSharp.Utils;
using static TorchSharp.PInvoke.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements, in place. The accessor keeps the tensor reachable, but not undisposed.</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            ThrowIfNotOf<T>();
            return new TensorAccessor<T>(this);
        }

        /// <summary>The one element of the tensor, whose type must be <typeparamref name="T"/>.</summary>
        public T item<T>() where T : unmanaged
        {
            if (numel() != 1)
            {
                throw new ArgumentException("Number of elements in the tensor must be 1");
            }

            ThrowIfNotOf<T>();
            return Number<T>();
        }

        /// <summary>The one element of the tensor, converted to <typeparamref name="T"/>.</summary>
        internal unsafe T Number<T>() where T : unmanaged
        {
            long integer;
            double real;
            var kind = mst_item(Handle, &integer, &real);
            Check(kind);
            if (typeof(T) == typeof(Half))
            {
                var half = kind == 1 ? (Half)integer : (Half)real;
                return Unsafe.As<Half, T>(ref half);
            }

            return (T)Convert.ChangeType(kind == 1 ? integer : (object)real, typeof(T));
        }

        private void ThrowIfNotOf<T>() where T : unmanaged
        {
            if (dtype == ScalarType.BFloat16)
            {
                throw new ArgumentException("No support for BFloat16 in TorchSharp");
            }

            if (TypeOf<T>() != dtype)
            {
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
            }
        }

        /// <summary>The memory of a contiguous tensor on the CPU.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (!is_contiguous())
                {
                    throw new NotImplementedException("Bytes() called on non-contiguous tensor.");
                }

                if (device_type != DeviceType.CPU)
                {
                    throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
                }

                var length = numel() * ElementSize;
                if (length > int.MaxValue)
                {
                    throw new NotImplementedException("Span only supports Int32 length, and this tensor is larger.");
                }

                return length == 0 ? [] : new Span<byte>((void*)Check((nint)mst_data(Handle)), (int)length);
            }
            set
            {
                var memory = bytes;
                if (value.Length != memory.Length)
                {
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                }

                value.CopyTo(memory);
            }
        }

        public Scalar ToScalar() => is_floating_point() ? Number<double>() : dtype == ScalarType.Bool ? Number<bool>() : Number<long>();

        /// <summary>Writes the elements in the order of the dimensions.</summary>
        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            using var source = contiguous();
            foreach (var (offset, length) in source.Pieces())
            {
                stream.Write(source.Memory(offset, length));
            }
        }

        /// <summary>Overwrites the elements of a contiguous tensor.</summary>
        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            if (!is_contiguous())
            {
                throw new NotImplementedException("ReadBytesFromStream() called on non-contiguous tensor.");
            }

            foreach (var (offset, length) in Pieces())
            {
                stream.ReadExactly(Memory(offset, length));
            }
        }

        // A span holds at most 2 GiB; a tensor may be larger.
        private IEnumerable<(long Offset, int Length)> Pieces()
        {
            const int Largest = 1 << 30;
            var total = numel() * ElementSize;
            for (long offset = 0; offset < total; offset += Largest)
            {
                yield return (offset, (int)Math.Min(Largest, total - offset));
            }
        }

        private unsafe Span<byte> Memory(long offset, int length) => new((byte*)Check((nint)mst_data(Handle)) + offset, length);
    }
}
