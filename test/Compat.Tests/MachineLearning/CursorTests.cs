using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.MachineLearning;

/// <summary>Cursors, getters and laziness: what is not asked for is not computed.</summary>
[TestClass]
public sealed class CursorTests
{
    private readonly MLContext _context = new();
    private readonly IDataView _numbers;

    public CursorTests() => _numbers = _context.Data.LoadFromEnumerable(NumberRow.Make(4));

    [TestMethod]
    public void GetGetter_OfInactiveColumn_Throws()
    {
        using var cursor = _numbers.GetRowCursor([_numbers.Schema["Number"]]);

        Assert.IsTrue(cursor.IsColumnActive(_numbers.Schema["Number"]));
        Assert.IsFalse(cursor.IsColumnActive(_numbers.Schema["Value"]));
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(_numbers.Schema["Value"]));
    }

    [TestMethod]
    public void GetGetter_OfOtherType_Throws()
    {
        using var cursor = _numbers.GetRowCursor(_numbers.Schema);

        Assert.ThrowsException<InvalidOperationException>(() => cursor.GetGetter<double>(_numbers.Schema["Value"]));
    }

    [TestMethod]
    public void Cursor_OverRows_CountsPositionsAndIds()
    {
        using var cursor = _numbers.GetRowCursor(_numbers.Schema);
        var getId = cursor.GetIdGetter();
        var getNumber = cursor.GetGetter<int>(_numbers.Schema["Number"]);
        var ids = new HashSet<DataViewRowId>();
        var number = -1;

        Assert.AreEqual(-1, cursor.Position);
        for (var i = 0; cursor.MoveNext(); i++)
        {
            Assert.AreEqual(i, cursor.Position);
            getNumber(ref number);
            Assert.AreEqual(i, number);
            DataViewRowId id = default;
            getId(ref id);
            Assert.IsTrue(ids.Add(id), "Each row has its own identity.");
        }

        Assert.AreEqual(4, ids.Count);
        Assert.IsFalse(cursor.MoveNext());
    }

    [TestMethod]
    public void GetRowCursor_OfColumnOfAnotherSchema_TakesItsIndex()
    {
        var renamed = _context.Transforms.DropColumns("Group").Fit(_numbers).Transform(_numbers);

        using var cursor = renamed.GetRowCursor([renamed.Schema["Value"]]);

        Assert.IsTrue(cursor.MoveNext());
        var value = -1f;
        cursor.GetGetter<float>(renamed.Schema["Value"])(ref value);
        Assert.AreEqual(0f, value);
    }

    [TestMethod]
    public void CustomMapping_NotAskedFor_IsNotRun()
    {
        var calls = 0;
        var view = _context.Transforms.CustomMapping<NumberRow, KeyRow>(
            (source, target) =>
            {
                calls++;
                target.Key = source.Number;
            },
            null).Fit(_numbers).Transform(_numbers);

        Assert.AreEqual(0, calls, "Fit and Transform compute nothing.");
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, view.GetColumn<int>("Number").ToArray());
        Assert.AreEqual(0, calls, "Another column needs no mapping.");
        CollectionAssert.AreEqual(new[] { 0f, 1f, 2f, 3f }, view.GetColumn<float>("Key").ToArray());
        Assert.AreEqual(4, calls);
    }

    [TestMethod]
    public void CustomMapping_WithSeveralOutputs_RunsOncePerRow()
    {
        var calls = 0;
        var view = _context.Transforms.CustomMapping<NumberRow, TwoOutputs>(
            (source, target) =>
            {
                Interlocked.Increment(ref calls);
                target.First = source.Number;
                target.Second = source.Number * 2;
            },
            null).Fit(_numbers).Transform(_numbers);

        var rows = _context.Data.CreateEnumerable<TwoOutputs>(view, reuseRowObject: false).ToArray();

        Assert.AreEqual(4, calls);
        Assert.AreEqual(6, rows[3].Second);
        Assert.AreEqual(3, rows[3].First);
    }

    [TestMethod]
    public void Schema_WithColumnAddedTwice_HidesTheFirstAndPutsTheSecondAfterIt()
    {
        var view = _context.Transforms.CopyColumns("Number", "Value").Fit(_numbers).Transform(_numbers);

        Assert.AreEqual(4, view.Schema.Count);
        Assert.IsTrue(view.Schema[0].IsHidden);
        Assert.AreEqual(1, view.Schema["Number"].Index);
        Assert.AreEqual(NumberDataViewType.Single, view.Schema["Number"].Type);
        CollectionAssert.AreEqual(new[] { "g0", "g0", "g0", "g0" }, view.GetColumn<string>("Group").ToArray());
        CollectionAssert.AreEqual(new[] { 0f, 1f, 2f, 3f }, view.GetColumn<float>("Number").ToArray());
    }

    public sealed class TwoOutputs
    {
        public int First { get; set; }

        public int Second { get; set; }
    }
}
