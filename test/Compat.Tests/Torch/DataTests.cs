using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Compat.Torch;

[TestClass]
public sealed class DataTests
{
    [TestMethod]
    public void Tensor_OfArrays_HasTheirTypeShapeAndElements()
    {
        using var scope = NewDisposeScope();

        var matrix = tensor(new[,] { { 1, 2 }, { 3, 4 } });
        var volume = from_array(new float[2, 1, 3], CPU);

        Assert.AreEqual(ScalarType.Int32, matrix.dtype);
        TensorAssert.HasShape([2, 2], matrix);
        TensorAssert.AreClose([1, 2, 3, 4], matrix);
        TensorAssert.HasShape([2, 1, 3], volume);
        Assert.AreEqual(ScalarType.Float32, tensor(1f).dtype);
        Assert.AreEqual(ScalarType.Float64, tensor(1.0).dtype);
        Assert.AreEqual(ScalarType.Int64, tensor(1L).dtype);
        Assert.AreEqual(ScalarType.Bool, tensor([true, false]).dtype);
        Assert.AreEqual(ScalarType.Byte, tensor(new byte[] { 255 }).dtype);
        Assert.AreEqual(0, tensor(1f).ndim);
        Assert.AreEqual(ScalarType.BFloat16, tensor([1f, 2], bfloat16).dtype);
    }

    [TestMethod]
    public void Tensor_OfArray_IsACopy()
    {
        float[] numbers = [1, 2];
        using var x = tensor(numbers);

        numbers[0] = 9;

        TensorAssert.AreClose([1, 2], x);
    }

    [TestMethod]
    public void Tensor_TooFewElements_Throws()
    {
        var error = Assert.ThrowsException<ArgumentException>(() => tensor(new float[5], [2, 3]));

        StringAssert.Contains(error.Message, "6");
        StringAssert.Contains(error.Message, "5");
    }

    [TestMethod]
    public void Factories_FillAndCount()
    {
        using var scope = NewDisposeScope();

        TensorAssert.AreClose([0, 0, 0], zeros(3));
        TensorAssert.AreClose([1, 1], ones([2], float64));
        TensorAssert.AreClose([2.5, 2.5], full(2, 2.5));
        TensorAssert.AreClose([0, 1, 2], arange(3));
        Assert.AreEqual(ScalarType.Int64, arange(3).dtype);
        TensorAssert.AreClose([1, 1.5, 2, 2.5], arange(1, 3, 0.5));
        TensorAssert.AreClose([0, 0.5, 1], linspace(0, 1, 3));
        TensorAssert.AreClose([1, 0, 0, 1], eye(2));
        TensorAssert.AreClose([0, 0], zeros_like(ones(2)));
        TensorAssert.HasShape([2, 3, 4], empty(2, 3, 4));
        Assert.IsTrue(zeros([1], requires_grad: true).requires_grad);
    }

    [TestMethod]
    public void ManualSeed_SameSeed_GivesTheNumbersOfPyTorch()
    {
        using var scope = NewDisposeScope();

        // torch.manual_seed(42); torch.rand(3), torch.randn(3), torch.randperm(5), torch.randint(0, 10, (4,)) of PyTorch 1.13.1 on a CPU.
        manual_seed(42);
        TensorAssert.AreClose([0.8822692632675171, 0.9150039553642273, 0.38286375999450684], rand(3));
        TensorAssert.AreClose([-0.829319179058075, -1.6137069463729858, -0.21470452845096588], randn(3));
        TensorAssert.AreClose([4, 3, 2, 0, 1], randperm(5));
        TensorAssert.AreClose([2, 5, 5, 7], randint(10, [4]));
    }

    [TestMethod]
    public void Generator_OfItsOwn_LeavesTheDefaultAlone()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        manual_seed(1);
        using var state = get_rng_state();
        var expected = rand(2);
        set_rng_state(state);

        var own = rand([2], generator: generator);
        var after = rand(2);
        generator.manual_seed(7);

        Assert.IsTrue(after.Equals(expected));
        Assert.IsTrue(rand([2], generator: generator).Equals(own));
    }

    [TestMethod]
    public void Data_OfContiguousTensor_ReadsAndWritesInPlace()
    {
        using var x = tensor([1f, 2, 3, 4], [2, 2]);

        var data = x.data<float>();
        data[1, 0] = 9;
        MemoryMarshal.Cast<byte, float>(x.bytes)[0] = 5;

        Assert.AreEqual(4, data.Count);
        Assert.AreEqual(5, data[0, 0]);
        CollectionAssert.AreEqual(new float[] { 5, 2, 9, 4 }, data.ToArray());
    }

    [TestMethod]
    public void Data_OfTransposedTensor_FollowsItsDimensions()
    {
        using var x = tensor([1f, 2, 3, 4], [2, 2]);
        using var transposed = x.T;

        var data = transposed.data<float>();

        CollectionAssert.AreEqual(new float[] { 1, 3, 2, 4 }, data.ToArray());
        Assert.AreEqual(3, data[0, 1]);
    }

    [TestMethod]
    public void Data_OfAnotherType_Throws()
    {
        using var x = ones(2);

        Assert.ThrowsException<ArgumentException>(() => x.data<double>());
    }

    [TestMethod]
    public void Item_OfOneElement_IsThatElement()
    {
        using var scope = NewDisposeScope();

        Assert.AreEqual(2.5f, tensor(2.5f).item<float>());
        Assert.AreEqual(7L, tensor([7L]).item<long>());
        Assert.IsTrue(tensor(true).item<bool>());
        Assert.AreEqual(3, (int)tensor(3L));
        Assert.AreEqual(0.5, tensor(0.5f).ToDouble());
        Assert.AreEqual(1.5f, tensor(1.5f).to(bfloat16).ToSingle());
    }

    [TestMethod]
    public void Item_OfAnotherTypeOrSeveralElements_Throws()
    {
        using var scope = NewDisposeScope();

        Assert.ThrowsException<ArgumentException>(() => tensor(2.5f).item<double>());
        Assert.ThrowsException<ArgumentException>(() => tensor([7L]).item<int>());
        Assert.ThrowsException<ArgumentException>(() => tensor(1.5f).to(bfloat16).item<float>());
        Assert.ThrowsException<ArgumentException>(() => tensor([1f, 2f]).item<float>());
    }

    [TestMethod]
    public void To_TypesAndBack_ConvertElements()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1.5f, -2.25f]);

        Assert.AreEqual(ScalarType.Int64, x.to(int64).dtype);
        TensorAssert.AreClose([1, -2], x.to(int64));
        TensorAssert.AreClose([1.5, -2.25], x.@double());
        TensorAssert.AreClose([1.5, -2.25], x.to(bfloat16).@float());
        TensorAssert.AreClose([1, 1], x.to(ScalarType.Bool));
        Assert.AreEqual(DeviceType.CPU, x.to(CPU).device_type);
        Assert.AreEqual("cpu", x.device.ToString());
    }
}
