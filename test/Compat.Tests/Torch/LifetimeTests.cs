using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Compat.Torch;

[TestClass]
[DoNotParallelize]
public sealed class LifetimeTests
{
    [TestMethod]
    public void Training_TwoThousandSteps_KeepsNoTensors()
    {
        using var network = Sequential(Conv2d(1, 4, 3, 1, 1), BatchNorm2d(4), ReLU(), Conv2d(4, 2, 1));
        using var optimizer = optim.AdamW(network.parameters());
        void Step()
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = functional.cross_entropy(network.call(randn(1, 1, 8, 8)), zeros([1, 8, 8], int64));
            loss.backward();
            nn.utils.clip_grad_norm_(network.parameters(), 1);
            optimizer.step();
        }

        // Threads would wait for one another longer than these small layers take.
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            for (var i = 0; i < 20; i++)
            {
                Step();
            }

            var before = Settled();
            for (var i = 0; i < 2000; i++)
            {
                Step();
            }

            Assert.AreEqual(before, Settled());
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [TestMethod]
    public void Tensors_WithoutScope_AreReleasedByTheCollector()
    {
        // 400 x 4 MiB would be 1.6 GB.
        var largest = 0L;
        for (var i = 0; i < 400; i++)
        {
            zeros(1 << 20).add_(1);
            largest = Math.Max(largest, Tensor.TotalCount);
        }

        Settled();
        if (IsStandIn)
        {
            Assert.IsTrue(largest < 300, $"{largest} tensors were alive at once.");
        }
    }

    [TestMethod]
    public void Matmul_OfMismatchedShapes_ThrowsWithBothShapes()
    {
        if (!IsStandIn)
        {
            Assert.Inconclusive("TorchSharp ends the process on this mistake (THSTensor_matmul catches nothing).");
        }

        using var scope = NewDisposeScope();

        var error = Assert.ThrowsException<ExternalException>(() => ones(2, 3).matmul(ones(4, 5)));

        StringAssert.Contains(error.Message, "2x3 and 4x5");
        TensorAssert.AreClose([3, 3], ones(2, 3).matmul(ones(3)));
    }

    [TestMethod]
    public void WrongShapes_InAnyOperator_ThrowLibtorchsMessage()
    {
        using var scope = NewDisposeScope();

        var broadcast = Assert.ThrowsException<ExternalException>(() => ones(2) + ones(3));
        var joined = Assert.ThrowsException<ExternalException>(() => cat([ones(2, 3), ones(4, 5)]));
        Assert.ThrowsException<ExternalException>(() => ones(2, 3).view(7));
        Assert.ThrowsException<ExternalException>(() => ones(2, 3).index_select(1, tensor([3L])));
        Assert.ThrowsException<ExternalException>(() => ones(2).backward());

        StringAssert.Contains(broadcast.Message, "The size of tensor a (2) must match the size of tensor b (3)");
        StringAssert.Contains(joined.Message, "Sizes of tensors must match except in dimension 0");
    }

    [TestMethod]
    public void Disposed_Tensor_ThrowsInsteadOfReading()
    {
        var x = ones(2);
        x.Dispose();

        Assert.ThrowsException<InvalidOperationException>(() => x.shape);
        Assert.ThrowsException<InvalidOperationException>(() => x.add(1));
    }

    [TestMethod]
    public void Threads_SetAndRead_Agree()
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(1);
            Assert.AreEqual(1, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [TestMethod]
    public void Cuda_WithoutDevice_IsNotAvailable()
    {
        if (cuda.is_available())
        {
            Assert.IsTrue(cuda.device_count() > 0);
            using var x = ones(2).cuda();
            using var back = (x + 1).cpu();
            TensorAssert.AreClose([2, 2], back);
            cuda.synchronize();
            return;
        }

        Assert.AreEqual(0, cuda.device_count());
        using var linear = Linear(2, 2);
        Assert.ThrowsException<InvalidOperationException>(() => linear.cuda());
    }

    private static bool IsStandIn => typeof(torch).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Any(mark => mark is { Key: "MedSegStandIn", Value: "true" });

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Tensor.TotalCount;
    }
}
