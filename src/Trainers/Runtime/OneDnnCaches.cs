using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using static Microsoft.ML.MedicalSegmentation.Tensors.HeldNumbers;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Runtime;

/// <summary>Corrects the size of the processor's caches in oneDNN on virtual machines that hide it.</summary>
/// <remarks>
/// oneDNN 3.7.1, with which libtorch 2.10 convolves on processors, reads the caches of AMD's processors from CPUID leaf 0x8000001D. Some
/// virtual machines answer zeros, from which it computes caches of one byte. Its reorders then exchange loops, and write the zeros that
/// fill the last block of channels to the wrong place: weights are overwritten, and sums run over memory that was never written. Results
/// and gradients are wrong, or NaN, without an error, in float32 and bfloat16, with AVX2 and AVX-512. Here the number of cache levels in
/// oneDNN's description of the processor is set to 0, for which oneDNN has sizes of its own. Nothing is changed on other machines, nor
/// where the description does not read exactly as expected. Where a convolution is still wrong afterwards, libtorch is told to convolve
/// without oneDNN, which is right but slow.
/// </remarks>
internal static class OneDnnCaches
{
    private const int CacheLeaf = unchecked((int)0x8000001D);

    // The description in 32-bit words: sizes of ten levels, cores that share them, the number of levels, AVX10's version, then the
    // processor's signature.
    private const int Levels = 10;
    private const int LevelCount = 2 * Levels;
    private const int Signature = LevelCount + 2;
    private const uint AssumedLevels = 3;

    /// <summary>Returns answers of the CPUID instruction for a leaf and a subleaf.</summary>
    internal delegate (int Eax, int Ebx, int Ecx, int Edx) CpuId(int leaf, int subleaf);

    private unsafe delegate void* GlobalContext();

    private unsafe delegate void SetUserEnabled(void* context, [MarshalAs(UnmanagedType.U1)] bool isEnabled);

    /// <summary>Whether oneDNN takes the caches of this processor for one byte.</summary>
    public static bool AreHidden => X86Base.IsSupported && AreHiddenBy(X86Base.CpuId);

    /// <summary>To be called once libtorch is loaded. Does nothing where caches are not hidden.</summary>
    /// <returns>Whether convolutions are right.</returns>
    public static bool Correct()
    {
        if (!AreHidden)
        {
            return true;
        }

        // NNPACK needs the same sizes. Without them it does nothing but write a warning to the standard error of the process.
        LeaveOut("_ZN2at7Context20setUserEnabledNNPACKEb", "?setUserEnabledNNPACK@Context@at@@QEAAX_N@Z");

        // The first convolution makes oneDNN describe the processor.
        using (NewDisposeScope())
        {
            nn.functional.conv1d(ones(1, 16, 16), ones(16, 16, 3));
        }

        if (OperatingSystem.IsLinux())
        {
            ForgetCaches();
        }

        return ConvolutionsAreRight()
            || (
                LeaveOut("_ZN2at7Context20setUserEnabledMkldnnEb", "?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z") && ConvolutionsAreRight()
            );
    }

    /// <summary>Whether a processor that answers so has caches that oneDNN takes for one byte.</summary>
    internal static bool AreHiddenBy(CpuId cpuId)
    {
        // "AuthenticAMD"
        var (_, first, last, middle) = cpuId(0, 0);
        return first == 0x68747541 && middle == 0x69746E65 && last == 0x444D4163 && cpuId(CacheLeaf, 0) == (0, 0, 0, 0);
    }

    /// <summary>The position of the only description of the processor in memory, or -1.</summary>
    /// <param name="memory">Words of 32 bits.</param>
    /// <param name="signature">Word EAX of CPUID leaf 1: stepping, model and family.</param>
    internal static int Find(ReadOnlySpan<uint> memory, uint signature)
    {
        Span<uint> sought = stackalloc uint[Signature + 5];
        sought.Clear();
        sought[..(int)AssumedLevels].Fill(1);
        sought.Slice(Levels, (int)AssumedLevels).Fill(1);
        sought[LevelCount] = AssumedLevels;
        var parts = sought[Signature..];
        parts[0] = (signature >> 4) & 0xF;
        parts[1] = (signature >> 8) & 0xF;
        parts[2] = signature & 0xF;
        parts[3] = (signature >> 16) & 0xF;
        parts[4] = (signature >> 20) & 0xFF;
        var place = memory.IndexOf(sought);
        return place >= 0 && memory[(place + 1)..].IndexOf(sought) < 0 ? place : -1;
    }

    private static unsafe void ForgetCaches()
    {
        var signature = (uint)X86Base.CpuId(1, 0).Eax;
        foreach (var (start, length) in LibraryVariables.Of("libtorch_cpu.so"))
        {
            var memory = new Span<uint>((void*)start, (int)Math.Min(length / sizeof(uint), int.MaxValue));
            if (Find(memory, signature) is >= 0 and var place)
            {
                memory[place + LevelCount] = 0;
            }
        }
    }

    // 24 channels do not fill blocks of 16. In float64 libtorch does not use oneDNN.
    private static bool ConvolutionsAreRight()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var image = arange(Number(2 * 24 * 16), ScalarType.Float32).reshape(2, 24, 16).sin();
        var weight = arange(Number(8 * 24 * 3), ScalarType.Float32).reshape(8, 24, 3).cos();
        var exact = nn.functional.conv1d(image.to(ScalarType.Float64), weight.to(ScalarType.Float64));
        return nn.functional.conv1d(image, weight).sub(exact).abs().max().item<double>() < 1e-3;
    }

    private static unsafe bool LeaveOut(string setter, string setterOnWindows)
    {
        var (library, context, set) = OperatingSystem.IsWindows()
            ? ("torch_cpu.dll", "?globalContext@at@@YAAEAVContext@1@XZ", setterOnWindows)
            : ("libtorch_cpu.so", "_ZN2at13globalContextEv", setter);
        if (!NativeLibrary.TryLoad(library, typeof(OneDnnCaches).Assembly, null, out var libtorch)
            || !NativeLibrary.TryGetExport(libtorch, context, out var globalContext)
            || !NativeLibrary.TryGetExport(libtorch, set, out var setUserEnabled))
        {
            return false;
        }

        Marshal.GetDelegateForFunctionPointer<SetUserEnabled>(setUserEnabled)(
            Marshal.GetDelegateForFunctionPointer<GlobalContext>(globalContext)(), false);
        return true;
    }
}
