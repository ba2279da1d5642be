using TorchSharp;
using static TorchSharp.torch;

namespace Compat.Torch;

[TestClass]
public sealed class ShapeTests
{
    private static Tensor Counting(params long[] shape) => arange(0, shape.Aggregate(1L, (n, size) => n * size), 1, float32).reshape(shape);

    [TestMethod]
    public void Views_OfOneTensor_ShareItsMemory()
    {
        using var scope = NewDisposeScope();
        var x = Counting(2, 3);

        x.view(3, 2)[0, 0] = tensor(9f);

        TensorAssert.AreClose([9, 1, 2, 3, 4, 5], x);
        TensorAssert.AreClose([9, 3, 1, 4, 2, 5], x.permute(1, 0));
        TensorAssert.AreClose([9, 3, 1, 4, 2, 5], x.transpose(0, 1).contiguous());
        Assert.IsFalse(x.transpose(0, 1).is_contiguous());
        CollectionAssert.AreEqual(new long[] { 3, 1 }, x.stride());
    }

    [TestMethod]
    public void Dimensions_AddedAndRemoved_GiveShapes()
    {
        using var scope = NewDisposeScope();
        var x = Counting(2, 1, 3);

        TensorAssert.HasShape([2, 3], x.squeeze());
        TensorAssert.HasShape([2, 3], x.squeeze(1));
        TensorAssert.HasShape([2, 1, 3], x.squeeze(0));
        TensorAssert.HasShape([1, 2, 1, 3], x.unsqueeze(0));
        TensorAssert.HasShape([2, 3], x.flatten(1));
        TensorAssert.HasShape([6], x.flatten());
        TensorAssert.HasShape([2, 4, 3], x.expand(2, 4, 3));
        TensorAssert.HasShape([2, 4, 3], x.expand(-1, 4, -1));
        TensorAssert.HasShape([4, 1, 9], x.repeat(2, 1, 3));
        TensorAssert.HasShape([1, 3, 2], x.movedim([0], [2]));
        TensorAssert.HasShape([2, 1, 3, 1], x.unflatten(2, 3, 1));
        TensorAssert.AreClose([0, 0, 1, 1, 2, 2], Counting(3).repeat_interleave(2));
    }

    [TestMethod]
    public void Parts_SplitChunkUnbind_CoverTheTensor()
    {
        using var scope = NewDisposeScope();
        var x = Counting(5, 2);

        var bySize = x.split(2);
        var bySizes = x.split([1, 4], 0);
        var chunks = x.chunk(3);
        var rows = x.unbind();

        Assert.AreEqual(3, bySize.Length);
        TensorAssert.AreClose([8, 9], bySize[2]);
        TensorAssert.HasShape([4, 2], bySizes[1]);
        Assert.AreEqual(3, chunks.Length);
        Assert.AreEqual(5, rows.Length);
        TensorAssert.AreClose([4, 5], rows[2]);
        TensorAssert.AreClose([0, 1, 8, 9], cat([bySize[0][..1], bySize[2]]));
        TensorAssert.HasShape([2, 5], stack([rows[0], rows[1]]).T.expand(2, 2).index_select(1, tensor([0L, 1, 0, 1, 0])));
    }

    [TestMethod]
    public void Order_FlipRollPad_MoveElements()
    {
        using var scope = NewDisposeScope();
        var x = Counting(2, 3);

        TensorAssert.AreClose([2, 1, 0, 5, 4, 3], x.flip(1));
        TensorAssert.AreClose([5, 4, 3, 2, 1, 0], x.flip(0, 1));
        TensorAssert.AreClose([2, 0, 1, 5, 3, 4], x.roll(1, 1));
        TensorAssert.AreClose([5, 3, 4, 2, 0, 1], x.roll([1, 1], [0, 1]));
        TensorAssert.AreClose([5, 0, 1, 2, 3, 4], x.roll(1));
        TensorAssert.AreClose([7, 0, 1, 2, 7, 3, 4, 5], nn.functional.pad(x, [1, 0], PaddingModes.Constant, 7));
        TensorAssert.AreClose([1, 0, 1, 2, 1, 4, 3, 4, 5, 4], nn.functional.pad(x.unsqueeze(0), [1, 1], PaddingModes.Reflect));
        TensorAssert.AreClose([0, 0, 1, 2, 2, 3, 3, 4, 5, 5], nn.functional.pad(x.unsqueeze(0), [1, 1], PaddingModes.Replicate));
        TensorAssert.AreClose([2, 0, 1, 2, 0, 5, 3, 4, 5, 3], nn.functional.pad(x.unsqueeze(0), [1, 1], PaddingModes.Circular));
        TensorAssert.AreClose([0, 0, 0, 3, 4, 0], x.tril());
        TensorAssert.AreClose([0, 1, 1, 2, 3, 4, 4, 5], x.unfold(1, 2, 1));
    }

    [TestMethod]
    public void Selection_ByIndexOrMask_PicksElements()
    {
        using var scope = NewDisposeScope();
        var x = Counting(2, 3);

        TensorAssert.AreClose([1, 2, 4, 5], x.narrow(1, 1, 2));
        TensorAssert.AreClose([0, 2, 3, 5], x.slice(1, 0, 3, 2));
        TensorAssert.AreClose([3, 4, 5], x.select(0, 1));
        TensorAssert.AreClose([2, 0, 5, 3], x.index_select(1, tensor([2L, 0])));
        TensorAssert.AreClose([1, 5], x.gather(1, tensor([1L, 2], [2, 1])));
        TensorAssert.AreClose([3, 4, 5], x.masked_select(x > 2));
        TensorAssert.AreClose([0, 1, 2, -1, -1, -1], x.masked_fill(x > 2, -1));
        TensorAssert.AreClose([0, 1, 2, 9, 9, 9], where(x > 2, tensor(9f), x));
        TensorAssert.AreClose([1, 2], where(x == 5)[0].add(where(x == 5)[1]).sub(tensor([2L])).expand(1).repeat(2).add(tensor([0L, 1])));
        TensorAssert.AreClose([0, 7, 0, 0, 0, 8], zeros(2, 3).scatter_(1, tensor([1L, 2], [2, 1]), tensor([7f, 8], [2, 1])));
        TensorAssert.AreClose([0, 3, 0], zeros(3).scatter_add_(0, tensor([1L, 1]), tensor([1f, 2])));
    }

    [TestMethod]
    public void Indexers_NumbersSlicesTensors_Read()
    {
        using var scope = NewDisposeScope();
        var x = Counting(2, 3, 4);

        TensorAssert.AreClose([23], x[1, 2, 3]);
        TensorAssert.AreClose([8, 9, 10, 11], x[0, 2]);
        TensorAssert.HasShape([3, 4], x[-1]);
        TensorAssert.AreClose([1, 5, 9], x[TensorIndex.Single(0), TensorIndex.Colon, TensorIndex.Single(1)]);
        TensorAssert.AreClose([3, 7, 11, 15, 19, 23], x[TensorIndex.Ellipsis, TensorIndex.Single(-1)]);
        TensorAssert.AreClose([4, 6, 16, 18], x[.., 1..2, TensorIndex.Slice(0, null, 2)]);
        TensorAssert.HasShape([2, 1, 3, 4], x[TensorIndex.Colon, TensorIndex.None]);
        TensorAssert.AreClose([8, 9, 10, 11, 0, 1, 2, 3], x[TensorIndex.Single(0), TensorIndex.Tensor(tensor([2L, 0]))]);
        TensorAssert.AreClose([3, 22], x[tensor([0L, 1]), tensor([0L, 2]), tensor([3L, 2])]);
    }

    [TestMethod]
    public void Indexers_NumbersSlicesTensors_Write()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 3);

        x[0, 1] = tensor(5f);
        x[TensorIndex.Ellipsis, TensorIndex.Single(2)] = tensor([7f, 8]);
        x.index_put_(9, TensorIndex.Single(1), TensorIndex.Slice(0, 1));

        TensorAssert.AreClose([0, 5, 7, 9, 0, 8], x);
        x[x > 6] = tensor(1f);
        TensorAssert.AreClose([0, 5, 1, 1, 0, 1], x);
    }

    [TestMethod]
    public void Meshgrid_OfRanges_GivesCoordinates()
    {
        using var scope = NewDisposeScope();

        var grids = meshgrid([arange(2), arange(3)]);

        TensorAssert.AreClose([0, 0, 0, 1, 1, 1], grids[0]);
        TensorAssert.AreClose([0, 1, 2, 0, 1, 2], grids[1]);
    }
}
