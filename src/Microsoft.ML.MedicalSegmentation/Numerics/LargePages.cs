using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Numerics;

/// <summary>Requests memory in pages of 2 MiB, on Linux.</summary>
/// <remarks>
/// The first write to a page costs a page fault: one for each 4 KiB, which on virtual machines takes many times as long as filling it.
/// Linux gives large pages to memory that requests them (<c>madvise</c>), unless its administrator has switched them off.
/// </remarks>
internal static partial class LargePages
{
    private const nuint Size = 2 << 20;

    // Below, few large pages lie within the memory.
    private const nuint LeastBytes = 8 << 20;

    // Number of sys/mman.h.
    private const int UseLargePages = 14;

    private static bool _isAvailable = OperatingSystem.IsLinux();

    /// <summary>Requests them for the pages that lie within this memory alone. Where there are none, the memory stays as it is.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="bytes">Number of bytes.</param>
    public static void Request(nuint address, nuint bytes)
    {
        if (!_isAvailable || bytes < LeastBytes)
        {
            return;
        }

        var start = (address + Size - 1) / Size * Size;
        var end = (address + bytes) / Size * Size;
        try
        {
            _ = MemoryAdvise(start, end - start, UseLargePages);
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException)
        {
            _isAvailable = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(nuint address, nuint length, int advice);
}
