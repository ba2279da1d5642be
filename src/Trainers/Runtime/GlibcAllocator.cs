using System.Runtime.InteropServices;

namespace Microsoft.ML.MedicalSegmentation.Runtime;

/// <summary>Makes memory for tensors cheap on Linux with glibc, where libtorch allocates them by malloc.</summary>
/// <remarks>
/// With its defaults glibc returns the end of its heap and every large block to the system when they are freed. The next result of an
/// operation then costs a page fault per 4 KiB, which takes several times as long as the arithmetic. Here the heap's end is kept. Where the
/// first network is made on the main thread, large blocks are part of the heap too. Other threads have heaps of 64 MiB, beside which large
/// blocks are mapped afresh; there they consist of pages of 2 MiB where the system has them. The settings hold for the whole process from
/// the first network on. <see cref="Trim"/> returns what is free to the system when a training ends. An application that sets the
/// AppContext switch <see cref="Switch"/> to false before the first network is made keeps the defaults.
/// </remarks>
internal static class GlibcAllocator
{
    /// <summary>Name of the AppContext switch. Default: true.</summary>
    public const string Switch = "Microsoft.ML.MedicalSegmentation.Trainers.KeepFreedMemory";

    // Numbers of malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    // Read by libtorch when it allocates for the first time: tensors of 2 MiB and more begin at such an address, and are marked for large
    // pages.
    private const string HugePagesVariable = "THP_MEM_ALLOC_ENABLE";
    private const string HugePagesState = "/sys/kernel/mm/transparent_hugepage/enabled";

    private static readonly Lazy<bool> Tuned = new(Apply);

    private delegate int MallOpt(int parameter, int value);

    private delegate int MallocTrim(nuint padding);

    private delegate int ThreadId();

    private delegate int SetEnvironment(
        [MarshalAs(UnmanagedType.LPStr)] string name,
        [MarshalAs(UnmanagedType.LPStr)] string value,
        int overwrite
    );

    /// <summary>Applies the settings once per process.</summary>
    /// <returns>Whether glibc has accepted them.</returns>
    public static bool Tune() => Tuned.Value;

    /// <summary>Returns free memory to the system where <see cref="Tune"/> has kept it.</summary>
    public static void Trim()
    {
        if (Tuned is { IsValueCreated: true, Value: true } && Find<MallocTrim>("malloc_trim") is { } trim)
        {
            trim(0);
        }
    }

    /// <summary>Does work that ends with <see cref="Trim"/>, whether it succeeds or fails.</summary>
    public static T TrimAfter<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        finally
        {
            Trim();
        }
    }

    private static bool Apply()
    {
        if (!OperatingSystem.IsLinux() || nint.Size < 8 || (AppContext.TryGetSwitch(Switch, out var isOn) && !isOn)
            || Find<MallOpt>("mallopt") is not { } set)
        {
            return false;
        }

        var isMain = Find<ThreadId>("gettid") is { } threadId && threadId() == Environment.ProcessId;
        var hasHugePages =
            !isMain
            && HasHugePages()
            && Find<SetEnvironment>("setenv") is { } setEnvironment
            && setEnvironment(HugePagesVariable, "1", overwrite: 0) == 0;
        return set(MmapThreshold, hasHugePages ? 32 << 20 : 1 << 30) != 0
            & set(TrimThreshold, int.MaxValue) != 0
            & set(TopPad, 64 << 20) != 0;
    }

    private static bool HasHugePages()
    {
        try
        {
            return File.Exists(HugePagesState) && !File.ReadAllText(HugePagesState).Contains("[never]", StringComparison.Ordinal);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Other C libraries have other file names.
    private static T? Find<T>(string function)
        where T : Delegate =>
        NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, function, out var address)
            ? Marshal.GetDelegateForFunctionPointer<T>(address)
            : null;
}
