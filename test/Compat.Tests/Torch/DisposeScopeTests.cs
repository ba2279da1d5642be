using static TorchSharp.torch;

namespace Compat.Torch;

[TestClass]
public sealed class DisposeScopeTests
{
    [TestMethod]
    public void Dispose_OfScope_DisposesItsTensors()
    {
        Tensor inside;
        using var outside = ones(1);
        using (NewDisposeScope())
        {
            inside = outside + 1;
        }

        Assert.IsTrue(inside.IsInvalid);
        Assert.IsFalse(outside.IsInvalid);
    }

    [TestMethod]
    public void MoveToOuter_Nested_LivesAsLongAsTheOuter()
    {
        Tensor moved;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                moved = ones(1).MoveToOuterDisposeScope();
            }

            Assert.IsFalse(moved.IsInvalid);
            Assert.IsTrue(outer.Contains(moved));
            Assert.AreEqual(1, outer.DisposablesCount);
        }

        Assert.IsTrue(moved.IsInvalid);
    }

    [TestMethod]
    public void MoveToOuter_OfOutermost_LivesUntilDisposed()
    {
        Tensor moved;
        using (NewDisposeScope())
        {
            moved = ones(1).MoveToOuterDisposeScope();
        }

        Assert.IsFalse(moved.IsInvalid);
        moved.Dispose();
        Assert.IsTrue(moved.IsInvalid);
    }

    [TestMethod]
    public void Detach_FromScope_SurvivesAllScopes()
    {
        Tensor detached;
        using (NewDisposeScope())
        {
            using var inner = NewDisposeScope();
            detached = ones(1).DetachFromDisposeScope();
        }

        using (detached)
        {
            Assert.IsFalse(detached.IsInvalid);
        }
    }

    [TestMethod]
    public void MoveToOther_Scope_FollowsIt()
    {
        using var outer = NewDisposeScope();
        Tensor moved;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                moved = ones(1).MoveToOtherDisposeScope(outer);
            }
        }

        Assert.IsFalse(moved.IsInvalid);
        Assert.IsTrue(outer.Contains(moved));
    }

    [TestMethod]
    public void ScopeMethods_SeveralTensors_MoveAndDetachThem()
    {
        using var outer = NewDisposeScope();
        Tensor a, b, c;
        using (var scope = NewDisposeScope())
        {
            (a, b) = scope.MoveToOuter(ones(1), ones(2));
            c = scope.Detach(ones(3));
            Assert.AreEqual(0, scope.DisposablesCount);
        }

        Assert.AreEqual(2, outer.DisposablesCount);
        outer.Attach(c);
        outer.DisposeEverythingBut(b);
        Assert.IsTrue(a.IsInvalid && c.IsInvalid);
        Assert.IsFalse(b.IsInvalid);
    }

    [TestMethod]
    public void Dispose_OfTensor_LeavesTheScope()
    {
        using var scope = NewDisposeScope();
        var x = ones(1);

        x.Dispose();
        x.Dispose();

        Assert.AreEqual(0, scope.DisposablesCount);
    }

    [TestMethod]
    public void Scopes_OfThreads_AreTheirOwn()
    {
        using var scope = NewDisposeScope();
        Tensor? elsewhere = null;

        var thread = new Thread(() => elsewhere = ones(1));
        thread.Start();
        thread.Join();

        Assert.AreEqual(0, scope.DisposablesCount);
        Assert.IsFalse(elsewhere!.IsInvalid);
        elsewhere.Dispose();
    }

    [TestMethod]
    public void Parameter_MadeOfTensor_TakesItsPlaceInTheScope()
    {
        using var outer = NewDisposeScope();
        var data = ones(2);
        TorchSharp.Modules.Parameter parameter;
        using (NewDisposeScope())
        {
            parameter = nn.Parameter(data);
        }

        Assert.IsTrue(data.IsInvalid);
        Assert.IsFalse(parameter.IsInvalid);
        Assert.IsTrue(outer.Contains(parameter));
    }

    [TestMethod]
    public void Use_OfDisposedScope_Throws()
    {
        var scope = NewDisposeScope();
        scope.Dispose();

        Assert.ThrowsException<ObjectDisposedException>(() => scope.DisposablesCount);
    }
}
