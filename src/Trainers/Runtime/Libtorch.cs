using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Runtime;

/// <summary>Whether the native libraries of TorchSharp can be used here.</summary>
internal static class Libtorch
{
    private const string WrongConvolutions =
        "On this virtual machine libtorch computes convolutions wrongly, as the hypervisor hides the sizes of the processor's caches. "
        + "Let it pass on CPUID leaf 0x8000001D (the feature TOPOEXT), or use another machine.";

    private static readonly Lazy<(string Message, Exception? Cause)?> Fault = new(Find);

    /// <summary>To be called before anything of TorchSharp is touched.</summary>
    /// <exception cref="ExecutionEnvironmentException">
    /// They are missing, do not load, or compute wrongly on this machine; says what to do.
    /// </exception>
    public static void Require()
    {
        if (Fault.Value is { } fault)
        {
            throw new ExecutionEnvironmentException(fault.Message, fault.Cause);
        }
    }

    /// <summary>The message for libraries that are missing, or that the system refuses for a reason.</summary>
    internal static string Describe(string? reason) =>
        reason is null
            ? "TorchSharp's native libraries are missing, and training needs them. Reference TorchSharp-cpu, TorchSharp-cuda-windows "
                + "or TorchSharp-cuda-linux in the application."
            : "TorchSharp's native libraries do not load, and training needs them. The system says: "
                + $"{reason.TrimEnd('.')}. Where it names a version of GLIBC or GLIBCXX, this Linux is older than the one "
                + "they were built for: use a newer one, or an older TorchSharp.";

    private static (string Message, Exception? Cause)? Find()
    {
        GlibcAllocator.Tune();
        try
        {
            zeros(1).Dispose();
        }
        catch (Exception fault)
            when (fault is TypeInitializationException or NotSupportedException or DllNotFoundException or BadImageFormatException)
        {
            return (Describe(Reason()), fault);
        }

        return OneDnnCaches.Correct() ? null : (WrongConvolutions, null);
    }

    // TorchSharp reports where it looked, but not why the system refused what it found.
    private static string? Reason()
    {
        // TorchSharp's own package brings its library, but not the libtorch that it needs. Where it is missing, TorchSharp may have
        // gathered libraries of a package cache in a folder of its own, which say nothing of what the application references.
        var libtorch = OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        if (!Directory.EnumerateFiles(AppContext.BaseDirectory, libtorch, options).Any(path => !IsGathered(path)))
        {
            return null;
        }

        var pattern =
            OperatingSystem.IsWindows() ? "LibTorchSharp.dll"
            : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib"
            : "libLibTorchSharp.so";
        foreach (var path in Directory.EnumerateFiles(AppContext.BaseDirectory, pattern, options))
        {
            try
            {
                NativeLibrary.Load(path);
            }
            catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
            {
                // The first line is .NET's own; what the system says follows.
                var lines = fault.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                return string.Join("; ", lines.Length > 1 ? lines[1..] : lines);
            }
        }

        return null;
    }

    private static bool IsGathered(string path)
        => Path.GetRelativePath(AppContext.BaseDirectory, path).Split(Path.DirectorySeparatorChar)[0] is var first
            && (first == "cpu" || first.StartsWith("cuda", StringComparison.Ordinal));
}
