using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.MachineLearning;

/// <summary>Estimators and transformers: what they make, and how they refuse wrong columns.</summary>
[TestClass]
public sealed class PipelineTests
{
    private readonly MLContext _context = new();
    private readonly IDataView _numbers;

    public PipelineTests() => _numbers = _context.Data.LoadFromEnumerable(NumberRow.Make(3));

    [TestMethod]
    public void Fit_OfChainWithMissingColumn_ThrowsBeforeAnythingIsFitted()
    {
        var first = new CountingEstimator(_context.Transforms.CopyColumns("Copy", "Value"));
        var chain = first.Append(_context.Transforms.CopyColumns("Other", "Nothing"));

        var exception = Assert.ThrowsException<ArgumentOutOfRangeException>(() => chain.Fit(_numbers));

        StringAssert.Contains(exception.Message, "Could not find input column 'Nothing'");
        Assert.AreEqual(0, first.Fits);
    }

    [TestMethod]
    public void Fit_OfMissingColumn_Throws()
    {
        AssertMissing(() => _context.Transforms.CopyColumns("Copy", "Nothing").Fit(_numbers));
        AssertMissing(() => _context.Transforms.DropColumns("Nothing").Fit(_numbers));
        AssertMissing(() => _context.Transforms.SelectColumns("Nothing").Fit(_numbers));
        AssertMissing(() => _context.Transforms.Concatenate("All", "Nothing").Fit(_numbers).Transform(_numbers));
        AssertMissing(() => _context.Transforms.CustomMapping<KeyRow, TwoKeys>((_, _) => { }, null).Fit(_numbers), "Key");
    }

    [TestMethod]
    public void GetOutputSchema_OfMappingWithOtherType_Throws()
    {
        var shape = Shape(_context.Transforms.CopyColumns("Key", "Number"));
        var mapping = _context.Transforms.CustomMapping<KeyRow, TwoKeys>((_, _) => { }, null);

        var exception = Assert.ThrowsException<ArgumentOutOfRangeException>(() => mapping.GetOutputSchema(shape));

        StringAssert.Contains(exception.Message, "'Key'");
        StringAssert.Contains(exception.Message, "Int32");
    }

    [TestMethod]
    public void GetOutputSchema_OfVectorMapping_TakesVectorsOfKnownSize()
    {
        var samples = _context.Data.LoadFromEnumerable([SampleRow.Make(1)]);
        var mapping = _context.Transforms.CustomMapping<AnyGrid, KeyRow>(
            (source, target) => target.Key = source.Grid.Sum(), null);

        var view = _context.Transforms.CopyColumns("Copy", "Grid").Append(mapping).Fit(samples).Transform(samples);

        Assert.AreEqual(21f, view.GetColumn<float>("Key").Single());
    }

    [TestMethod]
    public void GetOutputSchema_OfChain_NamesKindsAndTypes()
    {
        var definition = SchemaDefinition.Create(typeof(TwoKeys));
        definition["Vector"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2, 2);
        var mapping = _context.Transforms.CustomMapping<NoColumns, TwoKeys>((_, _) => { }, null, null, definition);

        var shape = mapping.GetOutputSchema(new SchemaShape([]));

        var vector = shape.Single(column => column.Name == "Vector");
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, vector.Kind);
        Assert.AreEqual(NumberDataViewType.Single, vector.ItemType);
        var key = shape.Single(column => column.Name == "Grade");
        Assert.IsTrue(key.IsKey);
        Assert.AreEqual(NumberDataViewType.UInt32, key.ItemType);
        Assert.AreEqual(SchemaShape.Column.VectorKind.Scalar, key.Kind);
    }

    [TestMethod]
    public void SelectColumns_OfNames_KeepsTheirOrder()
    {
        var view = _context.Transforms.SelectColumns("Group", "Number").Fit(_numbers).Transform(_numbers);

        CollectionAssert.AreEqual(new[] { "Group", "Number" }, view.Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, view.GetColumn<int>("Number").ToArray());
    }

    [TestMethod]
    public void Concatenate_OfScalarAndVector_JoinsThem()
    {
        var samples = _context.Data.LoadFromEnumerable([SampleRow.Make(2)]);

        var view = _context.Transforms.Concatenate("All", "Weight", "Grid").Fit(samples).Transform(samples);

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 7), view.Schema["All"].Type);
        CollectionAssert.AreEqual(new[] { 2.5f, 2, 3, 4, 5, 6, 7 }, view.GetColumn<float[]>("All").Single());
    }

    [TestMethod]
    public void Concatenate_OfDifferentItemTypes_Throws() => Assert.ThrowsException<InvalidOperationException>(
        () => _context.Transforms.Concatenate("All", "Value", "Number").Append(
            _context.Transforms.CopyColumns("Copy", "All")).Fit(_numbers));

    [TestMethod]
    public void MapValue_OfTextToNumber_LooksUpAndGivesDefaultForTheRest()
    {
        var rows = new[] { new NumberRow { Group = "a" }, new NumberRow { Group = "b" }, new NumberRow { Group = "?" } };
        var data = _context.Data.LoadFromEnumerable(rows);

        var view = _context.Transforms.Conversion.MapValue(
            "Class", [KeyValuePair.Create("a", 1), KeyValuePair.Create("b", 2)], "Group").Fit(data).Transform(data);

        CollectionAssert.AreEqual(new[] { 1, 2, 0 }, view.GetColumn<int>("Class").ToArray());
    }

    [TestMethod]
    public void MapValue_OfNumberToText_HandsOnOneStringForAllRows()
    {
        var rows = new[] { new KeyRow { Key = 1 }, new KeyRow { Key = 1 } };
        var data = _context.Data.LoadFromEnumerable(rows);
        var view = _context.Transforms.Conversion.MapValue("State", [KeyValuePair.Create(1f, "state")], "Key")
            .Fit(data).Transform(data);

        var texts = view.GetColumn<ReadOnlyMemory<char>>("State").ToArray();

        Assert.AreEqual("state", texts[0].ToString());
        Assert.IsTrue(texts[0].Equals(texts[1]), "Large states are decoded once if the text is the same object.");
    }

    [TestMethod]
    public void Transform_OfChain_EqualsItsTransformersInARow()
    {
        var chain = _context.Transforms.CopyColumns("A", "Value").Append(_context.Transforms.CopyColumns("B", "A"))
            .Append(_context.Transforms.DropColumns("A"));

        var model = chain.Fit(_numbers);
        var oneByOne = model.Aggregate(_numbers, (view, transformer) => transformer.Transform(view));

        CollectionAssert.AreEqual(
            oneByOne.Schema.Select(column => column.Name).ToArray(),
            model.Transform(_numbers).Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(
            new[] { 0f, 1f, 2f }, model.Transform(_numbers).GetColumn<float>("B").ToArray());
        Assert.AreEqual(3, model.Count());
        Assert.IsNotNull(model.LastTransformer);
    }

    [TestMethod]
    public void Append_WithScope_IsLeftOutElsewhere()
    {
        var model = _context.Transforms.CopyColumns("A", "Value")
            .Append(_context.Transforms.CopyColumns("B", "A"), TransformerScope.Training).Fit(_numbers);

        Assert.IsNull(model.Transform(_numbers).Schema.GetColumnOrNull("B"), "Transform scores.");
        Assert.IsNotNull(model.Transform(_numbers, TransformerScope.Training).Schema.GetColumnOrNull("B"));
    }

    [TestMethod]
    public void AppendCacheCheckpoint_InChain_RunsTheFirstPartOnce()
    {
        var calls = 0;
        var chain = _context.Transforms.CustomMapping<NumberRow, KeyRow>(
                (source, target) => target.Key = Interlocked.Increment(ref calls), null)
            .AppendCacheCheckpoint(_context)
            .Append(new ReadingEstimator("Key", passes: 3));

        chain.Fit(_numbers);

        Assert.AreEqual(3, calls);
    }

    [TestMethod]
    public void WithOnFitDelegate_OnFit_SeesTheTransformer()
    {
        ITransformer? seen = null;

        var fitted = _context.Transforms.CopyColumns("A", "Value").WithOnFitDelegate(made => seen = made).Fit(_numbers);

        Assert.AreSame(fitted, seen);
    }

    private SchemaShape Shape(IEstimator<ITransformer> estimator)
    {
        SchemaShape? shape = null;
        estimator.Append(new ShapeProbe(given => shape = given)).Fit(_numbers);
        return shape!;
    }

    private static void AssertMissing(Action fit, string column = "Nothing")
    {
        var exception = Assert.ThrowsException<ArgumentOutOfRangeException>(fit);
        StringAssert.Contains(exception.Message, $"'{column}'");
    }

    public sealed class TwoKeys
    {
        public float[] Vector { get; set; } = [];

        [KeyType(3)]
        public uint Grade { get; set; }
    }

    public sealed class AnyGrid
    {
        public float[] Grid { get; set; } = [];
    }
}
