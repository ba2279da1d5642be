using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.MachineLearning;

/// <summary>Fewer rows, other orders, and splits.</summary>
[TestClass]
public sealed class RowOperationTests
{
    private const int Count = 400;

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _numbers;

    public RowOperationTests() => _numbers = _context.Data.LoadFromEnumerable(NumberRow.Make(Count));

    [TestMethod]
    public void TakeAndSkip_OfRows_GiveTheRange()
    {
        var view = _context.Data.TakeRows(_context.Data.SkipRows(_numbers, 10), 3);

        CollectionAssert.AreEqual(new[] { 10, 11, 12 }, Numbers(view));
        Assert.AreEqual(0, Numbers(_context.Data.SkipRows(_numbers, Count + 5)).Length);
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => _context.Data.TakeRows(_numbers, 0));
    }

    [TestMethod]
    public void ShuffleRows_WithSeed_GivesAllRowsInOneOtherOrder()
    {
        var shuffled = Numbers(_context.Data.ShuffleRows(_numbers, seed: 7));

        CollectionAssert.AreNotEqual(Numbers(_numbers), shuffled);
        CollectionAssert.AreEquivalent(Numbers(_numbers), shuffled);
        CollectionAssert.AreEqual(shuffled, Numbers(_context.Data.ShuffleRows(_numbers, seed: 7)));
        CollectionAssert.AreNotEqual(shuffled, Numbers(_context.Data.ShuffleRows(_numbers, seed: 8)));
    }

    [TestMethod]
    public void ShuffleRows_WithSmallPool_KeepsRowsWhole()
    {
        var samples = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 50).Select(SampleRow.Make));

        var rows = _context.Data.CreateEnumerable<SampleRow>(
            _context.Data.ShuffleRows(samples, seed: 3, shufflePoolSize: 8), reuseRowObject: false).ToArray();

        Assert.AreEqual(50, rows.Select(row => row.Count).Distinct().Count());
        foreach (var row in rows)
        {
            Assert.AreEqual($"row {row.Count}", row.Name);
            CollectionAssert.AreEqual(SampleRow.Make(row.Count).Grid, row.Grid);
        }
    }

    [TestMethod]
    public void CacheAndShuffle_OfCustomColumns_LeaveThemOut()
    {
        var boxes = _context.Data.LoadFromEnumerable([new BoxRow { Name = "a", Image = new Box(1) }]);

        Assert.IsNull(_context.Data.Cache(boxes).Schema.GetColumnOrNull("Image"));
        Assert.IsNull(_context.Data.ShuffleRows(boxes).Schema.GetColumnOrNull("Image"));
        Assert.AreEqual("a", _context.Data.Cache(boxes).GetColumn<string>("Name").Single());
        Assert.ThrowsException<ArgumentOutOfRangeException>(
            () => _context.Data.CreateEnumerable<BoxRow>(_context.Data.Cache(boxes), false).ToArray());
    }

    [TestMethod]
    public void Cache_ReadTwice_ReadsItsSourceOnce()
    {
        var reads = 0;
        IEnumerable<NumberRow> Rows()
        {
            foreach (var row in NumberRow.Make(20))
            {
                Interlocked.Increment(ref reads);
                yield return row;
            }
        }

        var cached = _context.Data.Cache(_context.Data.LoadFromEnumerable(Rows()));

        Assert.AreEqual(20, Numbers(cached).Length);
        CollectionAssert.AreEqual(Enumerable.Range(0, 20).ToArray(), Numbers(cached));
        Assert.AreEqual(20, reads);
    }

    [TestMethod]
    public void FilterRowsByColumn_OfRange_TakesLowerAndLeavesUpperBound()
    {
        CollectionAssert.AreEqual(
            new[] { 5, 6, 7 }, Numbers(_context.Data.FilterRowsByColumn(_numbers, "Value", 5, 8)));
        Assert.ThrowsException<ArgumentOutOfRangeException>(
            () => _context.Data.FilterRowsByColumn(_numbers, "Group", 5, 8));
    }

    [TestMethod]
    public void FilterByCustomPredicate_WhereTrue_LeavesRowsOut()
    {
        var view = _context.Data.FilterByCustomPredicate<NumberRow>(_numbers, row => row.Number % 100 != 0);

        CollectionAssert.AreEqual(new[] { 0, 100, 200, 300 }, Numbers(view));
    }

    [TestMethod]
    public void TrainTestSplit_OfRows_GivesTwoDisjointPartsOfAboutTheFraction()
    {
        var split = _context.Data.TrainTestSplit(_numbers, testFraction: 0.2);

        var (train, test) = (Numbers(split.TrainSet), Numbers(split.TestSet));
        CollectionAssert.AreEquivalent(Numbers(_numbers), train.Concat(test).ToArray());
        Assert.IsTrue(test.Length is > Count / 10 and < Count * 3 / 10, $"{test.Length} of {Count} rows for 0.2.");
        CollectionAssert.AreEqual(test, Numbers(split.TestSet), "Each pass gives the same split.");
        CollectionAssert.AreEqual(
            _numbers.Schema.Select(column => column.Name).ToArray(),
            split.TestSet.Schema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void TrainTestSplit_WithSeed_DependsOnIt()
    {
        int[] Test(int? seed) => Numbers(_context.Data.TrainTestSplit(_numbers, 0.2, seed: seed).TestSet);

        CollectionAssert.AreEqual(Test(3), Test(3));
        CollectionAssert.AreNotEqual(Test(3), Test(4));
        CollectionAssert.AreEqual(Test(null), Test(null), "Without a seed, that of the context counts.");
        CollectionAssert.AreEqual(Test(1), Test(null));
    }

    [TestMethod]
    public void TrainTestSplit_WithSamplingKey_KeepsGroupsTogether()
    {
        var split = _context.Data.TrainTestSplit(_numbers, 0.3, samplingKeyColumnName: "Group");

        var train = split.TrainSet.GetColumn<string>("Group").ToHashSet();
        var test = split.TestSet.GetColumn<string>("Group").ToHashSet();
        Assert.AreNotEqual(0, test.Count);
        Assert.IsFalse(train.Overlaps(test));
        Assert.AreEqual(Count / 4, train.Count + test.Count);
    }

    [TestMethod]
    public void TrainTestSplit_OfWrongArguments_Throws()
    {
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => _context.Data.TrainTestSplit(_numbers, 1.5));
        var exception = Assert.ThrowsException<ArgumentOutOfRangeException>(
            () => _context.Data.TrainTestSplit(_numbers, 0.1, "Nothing"));
        StringAssert.Contains(exception.Message, "'Nothing'");
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("Group")]
    public void CrossValidationSplit_IntoFolds_TestsEachRowOnce(string? samplingKey)
    {
        var folds = _context.Data.CrossValidationSplit(_numbers, numberOfFolds: 4, samplingKeyColumnName: samplingKey);

        Assert.AreEqual(4, folds.Count);
        CollectionAssert.AreEquivalent(
            Numbers(_numbers), folds.SelectMany(fold => Numbers(fold.TestSet)).ToArray());
        foreach (var fold in folds)
        {
            Assert.AreEqual(Count, Numbers(fold.TrainSet).Length + Numbers(fold.TestSet).Length);
        }
    }

    [TestMethod]
    public void Splits_OfCustomColumns_HandOnReferences()
    {
        var boxes = Enumerable.Range(0, 40).Select(i => new BoxRow { Name = $"{i}", Image = new Box(i) }).ToArray();

        var split = _context.Data.TrainTestSplit(_context.Data.LoadFromEnumerable(boxes), 0.5);
        var rows = new[] { split.TrainSet, split.TestSet }
            .SelectMany(set => _context.Data.CreateEnumerable<BoxRow>(set, reuseRowObject: false)).ToArray();

        Assert.AreEqual(40, rows.Length);
        Assert.IsTrue(rows.All(row => ReferenceEquals(row.Image, boxes[int.Parse(row.Name)].Image)));
    }

    private static int[] Numbers(IDataView view) => view.GetColumn<int>("Number").ToArray();
}
