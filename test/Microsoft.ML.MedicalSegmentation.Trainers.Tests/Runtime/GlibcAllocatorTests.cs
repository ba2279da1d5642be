using System.Globalization;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Runtime;

[TestClass]
public class GlibcAllocatorTests
{
    [TestMethod]
    public void Tune_OnLinuxWithGlibc_IsAccepted()
    {
        Assert.AreEqual(
            OperatingSystem.IsLinux() && File.Exists("/proc/self/maps") && File.ReadAllText("/proc/self/maps").Contains("libc.so.6"),
            GlibcAllocator.Tune()
        );
    }

    [TestMethod]
    public void Trim_AfterTensorsAreFreed_ReturnsTheirMemory()
    {
        if (!GlibcAllocator.Tune())
        {
            Assert.Inconclusive("There is no glibc here.");
        }

        GlibcAllocator.Trim();
        var before = ResidentMiB();
        var tensors = Enumerable.Range(0, 400).Select(_ => torch.ones(1 << 18)).ToList();
        var full = ResidentMiB();
        tensors.ForEach(tensor => tensor.Dispose());
        GlibcAllocator.Trim();
        Assert.IsGreaterThan(before + 300, full);
        Assert.IsLessThan(before + 100, ResidentMiB());
    }

    private static double ResidentMiB() =>
        double.Parse(
            File.ReadLines("/proc/self/status")
                .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture
        ) / 1024;
}
