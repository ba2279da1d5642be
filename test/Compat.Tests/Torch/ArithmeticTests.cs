using static TorchSharp.torch;

namespace Compat.Torch;

[TestClass]
public sealed class ArithmeticTests
{
    private static readonly float[] Numbers = [-1.5f, 0.5f, 2, 4];

    [TestMethod]
    public void Operators_TensorAndNumber_ComputeElementwise()
    {
        using var scope = NewDisposeScope();
        var x = tensor(Numbers);

        TensorAssert.AreClose([-0.5, 1.5, 3, 5], x + 1);
        TensorAssert.AreClose([-0.5, 1.5, 3, 5], 1L + x);
        TensorAssert.AreClose([-2, 0, 1.5, 3.5], x - 0.5);
        TensorAssert.AreClose([2.5, 0.5, -1, -3], 1 - x);
        TensorAssert.AreClose([-3, 1, 4, 8], x * 2f);
        TensorAssert.AreClose([-0.75, 0.25, 1, 2], x / 2);
        TensorAssert.AreClose([-2 / 1.5, 4, 1, 0.5], 2.0 / x);
        TensorAssert.AreClose([1.5, -0.5, -2, -4], -x);
        TensorAssert.AreClose([0.5, 0.5, 0, 0], x % 2);
        Assert.AreEqual(ScalarType.Float32, (2.0 / x).dtype);
    }

    [TestMethod]
    public void Operators_TensorAndTensor_Broadcast()
    {
        using var scope = NewDisposeScope();
        var column = tensor([1f, 2], [2, 1]);
        var row = tensor([10f, 20, 30], [1, 3]);

        var sum = column + row;

        TensorAssert.HasShape([2, 3], sum);
        TensorAssert.AreClose([11, 21, 31, 12, 22, 32], sum);
        TensorAssert.AreClose([10, 20, 30, 20, 40, 60], column * row);
        TensorAssert.AreClose([-9, -19, -29, -8, -18, -28], column - row);
        TensorAssert.AreClose([0.1, 0.05, 1.0 / 30, 0.2, 0.1, 1.0 / 15], column / row);
    }

    [TestMethod]
    public void Div_RoundingMode_RoundsTowardsZeroOrDown()
    {
        using var scope = NewDisposeScope();
        var x = tensor(Numbers);

        TensorAssert.AreClose([-1, 0, 2, 4], x.div(1, RoundingMode.trunc));
        TensorAssert.AreClose([-2, 0, 2, 4], x.div(1, RoundingMode.floor));
        TensorAssert.AreClose([1, 0, -2, -3], tensor([-3L, 1, 4, 6]).div(tensor([-2L, 2, -2, -2]), RoundingMode.trunc));
    }

    [TestMethod]
    public void InPlace_Arithmetic_ChangesAndReturnsTheSameTensor()
    {
        using var scope = NewDisposeScope();
        var x = tensor(Numbers);

        var same = x.add_(1).mul_(2).sub_(1).div_(2);

        Assert.AreSame(x, same);
        TensorAssert.AreClose([-1, 1, 2.5, 4.5], x);
        TensorAssert.AreClose([0, 3, 5.5, 8.5], x.add_(tensor([0.5f, 1, 1.5f, 2]), 2));
    }

    [TestMethod]
    public void MovingAverage_LerpOrMulAdd_Agree()
    {
        using var scope = NewDisposeScope();
        var average = tensor([1f, 2, 3]);
        var other = average.clone();
        var target = tensor([2f, 0, 3]);

        average.lerp_(target, tensor(0.1f));
        other.mul_(0.9).add_(target, 0.1);

        TensorAssert.AreClose([1.1, 1.8, 3], average);
        TensorAssert.AreClose([1.1, 1.8, 3], other);
    }

    [TestMethod]
    public void AddcmulAndAddcdiv_ScaleTheProductAndQuotient()
    {
        using var scope = NewDisposeScope();
        var x = ones(2);

        TensorAssert.AreClose([7, 13], x.addcmul(tensor([1f, 2]), tensor([3f, 3]), 2));
        TensorAssert.AreClose([0, -1], x.addcdiv_(tensor([2f, 4]), tensor([1f, 1]), -0.5));
    }

    [TestMethod]
    public void Pointwise_Functions_MatchMath()
    {
        using var scope = NewDisposeScope();
        var x = tensor([0.25f, 1, 2.5f]);
        double[] numbers = [0.25, 1, 2.5];

        TensorAssert.AreClose([.. numbers.Select(n => Math.Exp(n))], x.exp());
        TensorAssert.AreClose([.. numbers.Select(n => Math.Log(n))], x.log());
        TensorAssert.AreClose([.. numbers.Select(n => Math.Sqrt(n))], x.sqrt());
        TensorAssert.AreClose([.. numbers.Select(n => 1 / Math.Sqrt(n))], x.rsqrt());
        TensorAssert.AreClose([.. numbers.Select(n => n * n)], x.square());
        TensorAssert.AreClose([.. numbers.Select(n => n * n * n)], x.pow(3));
        TensorAssert.AreClose([.. numbers.Select(n => Math.Pow(n, n))], x.pow(x));
        TensorAssert.AreClose([.. numbers.Select(n => Math.Tanh(n))], x.tanh());
        TensorAssert.AreClose([.. numbers.Select(n => 1 / (1 + Math.Exp(-n)))], x.sigmoid());
        TensorAssert.AreClose([.. numbers.Select(n => Math.Sin(n))], x.sin());
        TensorAssert.AreClose([.. numbers.Select(n => Math.Cos(n))], x.cos());
        TensorAssert.AreClose([0.3, 1, 2.5], x.add(0.01).round(1));
        TensorAssert.AreClose([0, 1, 2], x.floor());
        TensorAssert.AreClose([0.5, 1, 2], x.clamp(0.5, 2));
        TensorAssert.AreClose([0.5, 1, 2.5], x.clamp_min(0.5));
        TensorAssert.AreClose([0.5, 1, 1], x.clamp(tensor([0.5f, 0, 0]), tensor([1f, 1, 1])));
    }

    [TestMethod]
    public void Comparisons_GiveBooleans()
    {
        using var scope = NewDisposeScope();
        var x = tensor(Numbers);

        Assert.AreEqual(ScalarType.Bool, (x > 1).dtype);
        TensorAssert.AreClose([0, 0, 1, 1], x > 1);
        TensorAssert.AreClose([1, 1, 0, 0], x < 2);
        TensorAssert.AreClose([0, 0, 1, 1], 2 <= x);
        TensorAssert.AreClose([0, 0, 1, 0], x == 2);
        TensorAssert.AreClose([1, 1, 0, 1], x != tensor([0f, 0, 2, 2]));
        TensorAssert.AreClose([0, 1, 1, 0], (x > 0) & (x < 3));
        TensorAssert.AreClose([1, 0, 0, 1], ~((x > 0) & (x < 3)));
        TensorAssert.AreClose([1, 0, 0, 0], (x > 0).logical_not());
        TensorAssert.AreClose([0, 1, 0], tensor([1f, float.NaN, 2]).isnan());
        Assert.IsTrue(x.Equals(tensor(Numbers)));
        Assert.IsFalse(x.Equals(x + 1));
        Assert.IsTrue(x.allclose(x + 1e-7));
    }

    [TestMethod]
    public void Algebra_MatrixProducts_MatchHandValues()
    {
        using var scope = NewDisposeScope();
        var a = tensor([1f, 2, 3, 4], [2, 2]);
        var b = tensor([0f, 1, -1, 2], [2, 2]);

        TensorAssert.AreClose([-2, 5, -4, 11], a.matmul(b));
        TensorAssert.AreClose([-2, 5, -4, 11], a.mm(b));
        TensorAssert.AreClose([-2, 5, -4, 11], a.unsqueeze(0).bmm(b.unsqueeze(0)));
        TensorAssert.AreClose([-2, 5, -4, 11], einsum("ij,jk->ik", a, b));
        TensorAssert.AreClose([5], einsum("ii->", a));
        TensorAssert.AreClose([1, 3, 2, 4], a.T);
    }

    [TestMethod]
    public void Types_Mixed_Promote()
    {
        using var scope = NewDisposeScope();

        Assert.AreEqual(ScalarType.Float32, (tensor([1L]) + 0.5).dtype);
        Assert.AreEqual(ScalarType.Int64, (tensor([1L]) + 1).dtype);
        Assert.AreEqual(ScalarType.Float64, (tensor([1.0]) * tensor([1f])).dtype);
        Assert.AreEqual(ScalarType.BFloat16, (tensor([1f]).to(bfloat16) * 2).dtype);
    }
}
