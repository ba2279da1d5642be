// Stands in for the properties of torch.Tensor: what it is, not what it holds.
using static TorchSharp.PInvoke.NativeMethods;
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[ndim];
                fixed (long* first = sizes)
                {
                    mst_shape(Handle, first);
                }

                return sizes;
            }
        }

        public long[] size() => shape;

        public long size(int dim) => shape[dim < 0 ? dim + (int)ndim : dim];

        public unsafe long[] stride()
        {
            var strides = new long[ndim];
            fixed (long* first = strides)
            {
                Check(mst_stride(Handle, first));
            }

            return strides;
        }

        public long stride(int dim) => stride()[dim < 0 ? dim + ndim : dim];

        public long ndim => mst_dim(Handle);

        public long Dimensions => ndim;

        public long dim() => ndim;

        public long numel() => mst_numel(Handle);

        public long NumberOfElements => numel();

        public long ElementSize => mst_element_size(Handle);

        public long element_size() => ElementSize;

        public ScalarType dtype => (ScalarType)mst_dtype(Handle);

        public Device device => new(device_type, device_index);

        public DeviceType device_type => (DeviceType)mst_device_type(Handle);

        public int device_index => mst_device_index(Handle);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_contiguous() => mst_is_contiguous(Handle) != 0;

        public bool is_floating_point() => dtype is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;

        public bool is_integral() => dtype is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.Bool;

        /// <summary>Element by element, whatever its name says.</summary>
        public Tensor equal(Tensor target) => eq(target);

        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) =>
            CallNumber("allclose", this, target, rtol, atol, equal_nan) != 0;
    }
}
