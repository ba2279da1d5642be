using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Partitioning;

/// <summary>What a training step holds between its forward and its backward pass, by the C library's count of live bytes.</summary>
[TestClass]
[DoNotParallelize]
public partial class PartitionedMemoryTests
{
    // Networks are tiny, and threads that wait for each other take longer than one alone.
    private ThreadCount? _threads;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void UseOneThread() => _threads = new ThreadCount(1);

    [TestCleanup]
    public void UseThreadsAgain() => _threads?.Dispose();

    [TestMethod]
    public void ForwardPass_ByParts_HoldsWhatTheWholeHoldsAndHalos()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("Live bytes are counted by glibc.");
        }

        using var scope = NewDisposeScope();
        using var pair = new NetworkPair(new UNetOptions { Width = 8, Depth = 3 }, new PartitionOptions { Parts = [2, 2, 2] });
        var image = randn([1, 1, 48, 48, 48]);
        var labels = zeros([1, 48, 48, 48], ScalarType.Int64);
        var loss = new DiceCrossEntropyLoss();
        var whole = LiveBytes(() => pair.Whole.TrainingLoss(pair.Whole.ForwardTraining(image), labels, loss));
        var parts = LiveBytes(() => pair.Parts.TrainingLoss(image, labels, loss));
        var plan = pair.Parts.Plan(image.shape);
        TestContext.WriteLine(
            $"whole {whole / 1e6:0.0} MB; by 8 parts {parts / 1e6:0.0} MB, of which one part holds {parts / 8e6:0.0} MB, "
                + $"{parts / 8.0 / whole:P1} of the whole; halos enlarge what convolutions read by {plan.HaloShare:P1}; {plan}"
        );

        // Only what convolutions read is kept with its halo.
        Assert.IsLessThan(1 + plan.HaloShare, (double)parts / whole);
    }

    private static long LiveBytes(Func<Tensor> loss)
    {
        long Once()
        {
            using var scope = NewDisposeScope();
            var before = Live();
            var value = loss();
            var held = Live() - before;
            value.backward();
            return held;
        }

        // The first pass also makes what libraries keep. During a single one, a thread of an earlier test may free memory.
        Once();
        return Enumerable.Range(0, 5).Select(_ => Once()).Order().ElementAt(2);
    }

    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var info = ReadInfo();
        return (long)(info.Used + info.Mapped);
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MallocInfo ReadInfo();

    // Ten sizes, of which the fifth counts blocks mapped by themselves, and the eighth those in use in arenas.
    [StructLayout(LayoutKind.Sequential)]
    private struct MallocInfo
    {
        public nuint Arena, FreeBlocks, FastBlocks, MappedBlocks, Mapped, Unused, FreeFast, Used, Free, Releasable;
    }
}
