// Stands in for TorchSharp.PInvoke.NativeMethods: the exports of native/shim.cpp. Every signature is blittable, so a
// call is a plain jump.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.PInvoke;

internal static unsafe class NativeMethods
{
    private const string Library = "MedSegTorch";

    static NativeMethods() => Startup.Prepare();

    [DllImport(Library)] internal static extern byte* mst_error();
    [DllImport(Library)] internal static extern byte* mst_version();
    [DllImport(Library)] internal static extern nint mst_operator(byte* name, byte* overload);
    [DllImport(Library)] internal static extern int mst_call(nint op, NativeArgument* arguments, int count, nint* results, int capacity, double* number);

    [DllImport(Library)] internal static extern void mst_free(nint t);
    [DllImport(Library)] internal static extern nint mst_share(nint t);
    [DllImport(Library)] internal static extern long mst_dim(nint t);
    [DllImport(Library)] internal static extern long mst_numel(nint t);
    [DllImport(Library)] internal static extern int mst_dtype(nint t);
    [DllImport(Library)] internal static extern long mst_element_size(nint t);
    [DllImport(Library)] internal static extern void mst_shape(nint t, long* result);
    [DllImport(Library)] internal static extern int mst_stride(nint t, long* result);
    [DllImport(Library)] internal static extern int mst_device_type(nint t);
    [DllImport(Library)] internal static extern int mst_device_index(nint t);
    [DllImport(Library)] internal static extern int mst_is_contiguous(nint t);
    [DllImport(Library)] internal static extern int mst_is_leaf(nint t);
    [DllImport(Library)] internal static extern void* mst_data(nint t);
    [DllImport(Library)] internal static extern int mst_item(nint t, long* integer, double* real);
    [DllImport(Library)] internal static extern nint mst_from_memory(void* memory, long* sizes, int dims, int dtype);

    [DllImport(Library)] internal static extern int mst_requires_grad(nint t);
    [DllImport(Library)] internal static extern int mst_set_requires_grad(nint t, int value);
    [DllImport(Library)] internal static extern int mst_grad(nint t, nint* result);
    [DllImport(Library)] internal static extern int mst_set_grad(nint t, nint grad);
    [DllImport(Library)] internal static extern int mst_backward(nint* roots, nint* grads, int count, int retain, int create, nint* inputs, int input_count);
    [DllImport(Library)] internal static extern int mst_gradients(nint* outputs, int count, nint* inputs, int input_count, nint* grads, int retain, int create, int allow_unused, nint* results);
    [DllImport(Library)] internal static extern int mst_grad_enabled();
    [DllImport(Library)] internal static extern void mst_set_grad_enabled(int value);
    [DllImport(Library)] internal static extern int mst_inference_enabled();
    [DllImport(Library)] internal static extern nint mst_inference_enter(int value);
    [DllImport(Library)] internal static extern void mst_inference_leave(nint guard);

    [DllImport(Library)] internal static extern nint mst_generator(int device, int index);
    [DllImport(Library)] internal static extern nint mst_generator_clone(nint g);
    [DllImport(Library)] internal static extern void mst_generator_free(nint g);
    [DllImport(Library)] internal static extern int mst_generator_set_seed(nint g, long seed);
    [DllImport(Library)] internal static extern long mst_generator_seed(nint g);
    [DllImport(Library)] internal static extern nint mst_generator_state(nint g);
    [DllImport(Library)] internal static extern int mst_generator_set_state(nint g, nint state);

    [DllImport(Library)] internal static extern int mst_cuda_count();
    [DllImport(Library)] internal static extern int mst_cuda_synchronize(int index);
    [DllImport(Library)] internal static extern int mst_threads();
    [DllImport(Library)] internal static extern int mst_set_threads(int count);
    [DllImport(Library)] internal static extern void mst_keep_freed_memory();

    /// <summary>The exception for the last failed call of this thread, of the type that TorchSharp throws.</summary>
    internal static ExternalException Error() => new(Marshal.PtrToStringUTF8((nint)mst_error()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Check(nint handle) => handle == 0 ? throw Error() : handle;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Check(int status)
    {
        if (status < 0)
        {
            throw Error();
        }
    }
}
