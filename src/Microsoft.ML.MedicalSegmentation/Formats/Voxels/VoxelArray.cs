using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>Takes memory for the voxels of a volume.</summary>
internal static partial class VoxelArray
{
    private const nuint HugePage = 2 << 20;
    private const int SmallestAdvised = 8 << 20;
    private const int AdviseHugePage = 14;

    /// <summary>An array whose content is undefined until it is written.</summary>
    /// <remarks>
    /// The first touch of a page costs more than filling it, so on Linux large arrays ask for pages of 2 MiB, as NumPy's
    /// do. It is a wish: where the system does not grant it, nothing changes.
    /// </remarks>
    public static unsafe T[] Allocate<T>(int count)
        where T : unmanaged
    {
        var array = LargeArray.Allocate<T>(count);
        var bytes = (nuint)count * (nuint)sizeof(T);
        if (bytes >= SmallestAdvised && OperatingSystem.IsLinux())
        {
            fixed (T* first = array)
            {
                var start = ((nuint)first + HugePage - 1) & ~(HugePage - 1);
                var end = ((nuint)first + bytes) & ~(HugePage - 1);
                _ = Advise((void*)start, end - start, AdviseHugePage);
            }
        }

        return array;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static unsafe partial int Advise(void* address, nuint length, int advice);
}
