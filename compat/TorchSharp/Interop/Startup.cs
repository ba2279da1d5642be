// Stands in for the loading of native libraries in TorchSharp's torch.cs: sets the process up, before the first call,
// as libtorch computes fastest on a CPU. What the user has set in the environment stays.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.PInvoke;

internal static class Startup
{
    internal static void Prepare()
    {
        var firstLoad = true;
        NativeLibrary.SetDllImportResolver(typeof(Startup).Assembly, (name, assembly, path) =>
        {
            if (firstLoad && name == "MedSegTorch")
            {
                firstLoad = false;
                // OpenBLAS before 0.3.22 takes AVX2 kernels on processors that it does not know, at half the speed.
                if (Avx512F.IsSupported && OperatingSystem.IsLinux())
                {
                    setenv("OPENBLAS_CORETYPE", "SkylakeX", 0);
                }
            }

            return NativeLibrary.Load(name, assembly, path);
        });

        NativeMethods.mst_keep_freed_memory();
        // Some builds of libtorch start with one thread.
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null)
        {
            NativeMethods.mst_set_threads(Environment.ProcessorCount);
        }
    }

    // Environment.SetEnvironmentVariable does not reach native code.
    [DllImport("libc")]
    private static extern int setenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
