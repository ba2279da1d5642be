using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using TorchSharp;

namespace Microsoft.ML.MedicalSegmentation.Runtime;

/// <summary>
/// Convolutions whose channels do not fill whole blocks, on any machine, and what is corrected where they would be wrong.
/// </summary>
[TestClass]
[DoNotParallelize]
public class OneDnnCachesTests
{
    private const uint Signature = 0x00B20F21;

    [TestMethod]
    [DataRow(1, 4, 8L, 8L, 8L)]
    [DataRow(4, 8, 4L, 4L, 4L)]
    [DataRow(24, 8, 8L, 8L, 8L)]
    [DataRow(20, 20, 16L, 16L, 16L)]
    [DataRow(48, 40, 6L, 6L, 6L)]
    [DataRow(24, 8, 12L, 12L)]
    [DataRow(8, 24, 32L, 32L)]
    [DataRow(24, 8, 16L)]
    public void Convolution_WithNaNInFreedMemory_GivesFiniteResultsAndGradients(int inputs, int outputs, params long[] sides)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var stride in new[] { 1, 2 })
        {
            for (var turn = 0; turn < 4; turn++)
            {
                LeaveNaNInFreedMemory();
                var weight = torch.randn([outputs, inputs, .. sides.Select(_ => 3L)], requires_grad: true);
                var image = torch.randn([2, inputs, .. sides], requires_grad: true);
                var features = (TorchExpression)
                    new TorchExpression(image).Convolution(
                        weight,
                        torch.randn([outputs], requires_grad: true),
                        stride,
                        padding: 1,
                        dilation: 1
                    );
                LeaveNaNInFreedMemory();
                features.Tensor.pow(2).sum().backward();

                foreach (var tensor in new[] { features.Tensor, weight.grad, image.grad })
                {
                    Assert.IsTrue(
                        tensor is not null && tensor.isfinite().all().item<bool>(),
                        $"{inputs} -> {outputs}, stride {stride}, {string.Join(" x ", sides)}"
                    );
                }
            }
        }
    }

    [TestMethod]
    public void Correct_WhereTestsRun_LeavesConvolutionsRight() => Assert.IsTrue(OneDnnCaches.Correct());

    [TestMethod]
    public void AreHiddenBy_AMD_DependsOnTheLeafOfCaches()
    {
        Assert.IsTrue(OneDnnCaches.AreHiddenBy((leaf, _) => leaf == 0 ? Vendor("AuthenticAMD") : (0, 0, 0, 0)));
        Assert.IsFalse(OneDnnCaches.AreHiddenBy((leaf, _) => leaf == 0 ? Vendor("AuthenticAMD") : (0x121, 0x2C0003F, 0x3F, 0)));
        Assert.IsFalse(OneDnnCaches.AreHiddenBy((leaf, _) => leaf == 0 ? Vendor("GenuineIntel") : (0, 0, 0, 0)));
    }

    [TestMethod]
    public void Find_OneDescription_GivesItsPosition()
    {
        var memory = new uint[200];
        Describe(memory, 57);

        Assert.AreEqual(57, OneDnnCaches.Find(memory, Signature));
    }

    [TestMethod]
    public void Find_NoDescriptionOrSeveralOrOfAnotherProcessor_GivesNone()
    {
        var memory = new uint[200];
        Assert.AreEqual(-1, OneDnnCaches.Find(memory, Signature));

        Describe(memory, 20);
        Assert.AreEqual(-1, OneDnnCaches.Find(memory, Signature + 1));

        Describe(memory, 120);
        Assert.AreEqual(-1, OneDnnCaches.Find(memory, Signature));

        memory[122] = 4096;
        Assert.AreEqual(20, OneDnnCaches.Find(memory, Signature));
    }

    // Three levels of one byte, each of one core, and family 0x1A, model 2, stepping 1.
    private static void Describe(uint[] memory, int place)
    {
        foreach (var word in new[] { 0, 1, 2, 10, 11, 12 })
        {
            memory[place + word] = 1;
        }

        memory[place + 20] = 3;
        uint[] signature = [2, 15, 1, 2, 11];
        signature.CopyTo(memory, place + 22);
    }

    private static (int Eax, int Ebx, int Ecx, int Edx) Vendor(string name)
    {
        var letters = System.Text.Encoding.ASCII.GetBytes(name);
        return (16, BitConverter.ToInt32(letters, 0), BitConverter.ToInt32(letters, 8), BitConverter.ToInt32(letters, 4));
    }

    private static void LeaveNaNInFreedMemory()
    {
        using var scope = torch.NewDisposeScope();
        foreach (var length in new[] { 64, 256, 1024, 4096, 16384, 65536, 262144, 1 << 20 })
        {
            for (var i = 0; i < 4; i++)
            {
                torch.full([length], float.NaN);
            }
        }
    }
}
