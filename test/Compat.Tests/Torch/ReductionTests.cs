using static TorchSharp.torch;

namespace Compat.Torch;

[TestClass]
public sealed class ReductionTests
{
    private static Tensor Matrix() => tensor([3f, 1, 2, 6, 5, 4], [2, 3]);

    [TestMethod]
    public void SumAndMean_OverDimensions_KeepThemOnRequest()
    {
        using var scope = NewDisposeScope();
        var x = Matrix();

        TensorAssert.AreClose([21], x.sum());
        // The literal 0 would be the element type Byte, of the overload that sums everything.
        TensorAssert.AreClose([9, 6, 6], x.sum(0L));
        TensorAssert.AreClose([6, 15], x.sum(1));
        TensorAssert.AreClose([21], x.sum(0, 1));
        TensorAssert.HasShape([2, 1], x.sum([1], true));
        TensorAssert.AreClose([3.5], x.mean());
        TensorAssert.AreClose([2, 5], x.mean([1]));
        TensorAssert.HasShape([1, 1], x.mean([0, 1], true));
        Assert.AreEqual(ScalarType.Float64, x.sum(1, false, float64).dtype);
    }

    [TestMethod]
    public void Spread_UnbiasedOrNot_DividesByCount()
    {
        using var scope = NewDisposeScope();
        var x = Matrix();

        TensorAssert.AreClose([1, 1], x.std(1));
        TensorAssert.AreClose([2.0 / 3, 2.0 / 3], x.var(1, false));
        TensorAssert.AreClose([3.5], x.var());
        TensorAssert.AreClose([3.5], x.var([0, 1]));
        TensorAssert.AreClose([Math.Sqrt(91)], x.norm());
        TensorAssert.AreClose([Math.Sqrt(14), Math.Sqrt(77)], x.norm(1));
        TensorAssert.AreClose([6, 15], x.norm(1, false, 1));
    }

    [TestMethod]
    public void Extremes_ByDimension_GiveValuesAndIndexes()
    {
        using var scope = NewDisposeScope();
        var x = Matrix();

        var (values, indexes) = x.max(1);
        var (lowest, lowestIndexes) = x.min(0, true);

        TensorAssert.AreClose([3, 6], values);
        TensorAssert.AreClose([0, 0], indexes);
        TensorAssert.AreClose([3, 1, 2], lowest);
        TensorAssert.HasShape([1, 3], lowestIndexes);
        TensorAssert.AreClose([6], x.max());
        TensorAssert.AreClose([1], x.min());
        TensorAssert.AreClose([4, 4, 4, 6, 5, 4], x.max(tensor(4f)));
        TensorAssert.AreClose([1, 4], x.amin(1));
        TensorAssert.HasShape([2, 1], x.amax([1], true));
        TensorAssert.AreClose([3], x.argmax());
        TensorAssert.AreClose([1, 2], x.argmin(1));
    }

    [TestMethod]
    public void Order_TopkAndSort_Descend()
    {
        using var scope = NewDisposeScope();
        var x = Matrix();

        var (top, topIndexes) = x.topk(2);
        var (sorted, order) = x.sort(1);

        TensorAssert.AreClose([3, 2, 6, 5], top);
        TensorAssert.AreClose([0, 2, 0, 1], topIndexes);
        TensorAssert.AreClose([1, 2, 3, 4, 5, 6], sorted);
        TensorAssert.AreClose([1, 2, 0, 2, 1, 0], order);
        TensorAssert.AreClose([0, 2, 1, 0, 1, 2], x.argsort(1, true));
    }

    [TestMethod]
    public void Running_SumsProductsAndCounts_MatchHandValues()
    {
        using var scope = NewDisposeScope();
        var x = Matrix();

        TensorAssert.AreClose([3, 4, 6, 6, 11, 15], x.cumsum(1));
        TensorAssert.AreClose([6, 120], x.prod(1));
        TensorAssert.AreClose([0, 2, 1], tensor([1L, 2, 1]).bincount(ones(3)));
        TensorAssert.AreClose([1, 2], tensor([0f, 3, 1, 2], [2, 2]).count_nonzero([1]));
        TensorAssert.AreClose([1, 2], tensor([0f, 3, 5], [3]).nonzero());
        TensorAssert.AreClose([1], (x > 5).any());
        TensorAssert.AreClose([0, 1], (x > 3).all(1));
        TensorAssert.AreClose([Math.Log(Math.Exp(3) + Math.Exp(1) + Math.Exp(2))], x[0].logsumexp(0));
        TensorAssert.AreClose([3.5], x.quantile(tensor(0.5f)));
        TensorAssert.AreClose([2, 5], x.quantile(tensor(0.5f), 1));
    }

    [TestMethod]
    public void Softmax_AnyForm_SumsToOne()
    {
        using var scope = NewDisposeScope();
        var x = tensor([0f, (float)Math.Log(3)], [1, 2]);

        TensorAssert.AreClose([0.25, 0.75], x.softmax(1));
        TensorAssert.AreClose([0.25, 0.75], softmax(x, 1));
        TensorAssert.AreClose([0.25, 0.75], nn.functional.softmax(x, 1));
        TensorAssert.AreClose([Math.Log(0.25), Math.Log(0.75)], nn.functional.log_softmax(x, 1));
    }
}
