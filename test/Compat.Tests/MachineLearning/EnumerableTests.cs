using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.MachineLearning;

/// <summary>Objects to views and back.</summary>
[TestClass]
public sealed class EnumerableTests
{
    private readonly MLContext _context = new();

    [TestMethod]
    public void Schema_OfRowClass_HasTypeOfEachMember()
    {
        var schema = _context.Data.LoadFromEnumerable<SampleRow>([]).Schema;

        Assert.AreEqual(TextDataViewType.Instance, schema["Name"].Type);
        Assert.AreEqual(TextDataViewType.Instance, schema["Text"].Type);
        Assert.AreEqual(NumberDataViewType.Single, schema["Weight"].Type);
        Assert.AreEqual(NumberDataViewType.Double, schema["Height"].Type);
        Assert.AreEqual(BooleanDataViewType.Instance, schema["IsGood"].Type);
        Assert.AreEqual(NumberDataViewType.Byte, schema["Small"].Type);
        Assert.AreEqual(DateTimeDataViewType.Instance, schema["Day"].Type);
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 5), schema["Grade"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 2, 3), schema["Grid"].Type);
        Assert.AreEqual(new VectorDataViewType(TextDataViewType.Instance), schema["Words"].Type);
        Assert.AreEqual(NumberDataViewType.Int16, schema["Renamed"].Type);
        Assert.IsNull(schema.GetColumnOrNull("Ignored"));
        Assert.IsNull(schema.GetColumnOrNull("Original"));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void CreateEnumerable_OfLoadedRows_GivesTheirValues(bool reuse)
    {
        var rows = Enumerable.Range(0, 5).Select(SampleRow.Make).ToArray();
        var view = _context.Data.LoadFromEnumerable(rows);

        var index = 0;
        foreach (var row in _context.Data.CreateEnumerable<SampleRow>(view, reuse))
        {
            var expected = rows[index++];
            Assert.AreEqual(expected.Name, row.Name);
            Assert.AreEqual(expected.Text.ToString(), row.Text.ToString());
            Assert.AreEqual(expected.Weight, row.Weight);
            Assert.AreEqual(expected.Height, row.Height);
            Assert.AreEqual(expected.IsGood, row.IsGood);
            Assert.AreEqual(expected.Count, row.Count);
            Assert.AreEqual(expected.Big, row.Big);
            Assert.AreEqual(expected.Small, row.Small);
            Assert.AreEqual(expected.Day, row.Day);
            Assert.AreEqual(expected.Grade + 1, row.Grade, "Row classes count keys from 0, views from 1.");
            Assert.AreEqual(expected.Original, row.Original);
            CollectionAssert.AreEqual(expected.Grid, row.Grid);
            CollectionAssert.AreEqual(expected.Words, row.Words);
            CollectionAssert.AreEqual(expected.Buffer.DenseValues().ToArray(), row.Buffer.DenseValues().ToArray());
            Assert.AreNotSame(expected.Grid, row.Grid, "Consumers may write into what they get.");
        }

        Assert.AreEqual(rows.Length, index);
    }

    [TestMethod]
    public void CreateEnumerable_OfReusedRow_GivesOneObject()
    {
        var view = _context.Data.LoadFromEnumerable(NumberRow.Make(3));

        Assert.AreEqual(
            1, _context.Data.CreateEnumerable<NumberRow>(view, reuseRowObject: true).Distinct().Count());
        Assert.AreEqual(
            3, _context.Data.CreateEnumerable<NumberRow>(view, reuseRowObject: false).Distinct().Count());
    }

    [TestMethod]
    public void LoadFromEnumerable_OfSequence_EnumeratesOncePerCursorAndLazily()
    {
        var starts = 0;
        var yielded = 0;
        IEnumerable<NumberRow> Rows()
        {
            starts++;
            foreach (var row in NumberRow.Make(100))
            {
                yielded++;
                yield return row;
            }
        }

        var view = _context.Data.LoadFromEnumerable(Rows());
        Assert.AreEqual(0, starts, "Nothing runs before there is a cursor.");
        Assert.IsNull(view.GetRowCount());

        var first = _context.Data.CreateEnumerable<NumberRow>(view, reuseRowObject: false).Take(3).ToArray();

        Assert.AreEqual(3, first.Length);
        Assert.AreEqual(1, starts);
        Assert.AreEqual(3, yielded, "Rows are taken one by one.");
        Assert.AreEqual(100, _context.Data.CreateEnumerable<NumberRow>(view, reuseRowObject: true).Count());
        Assert.AreEqual(2, starts);
    }

    [TestMethod]
    public void CreateEnumerable_OfMissingColumn_Throws()
    {
        var view = _context.Data.LoadFromEnumerable(NumberRow.Make(1));

        var exception = Assert.ThrowsException<ArgumentOutOfRangeException>(
            () => _context.Data.CreateEnumerable<KeyRow>(view, reuseRowObject: false).ToArray());

        StringAssert.Contains(exception.Message, "'Key'");
        Assert.AreEqual(0f, _context.Data.CreateEnumerable<KeyRow>(view, false, ignoreMissingColumns: true).Single().Key);
    }

    [TestMethod]
    public void CreateEnumerable_OfOtherType_Throws()
    {
        var view = _context.Data.LoadFromEnumerable([new { Key = 3 }]);

        var exception = Assert.ThrowsException<InvalidOperationException>(
            () => _context.Data.CreateEnumerable<KeyRow>(view, reuseRowObject: false).ToArray());

        StringAssert.Contains(exception.Message, "'Key'");
        StringAssert.Contains(exception.Message, "Int32");
    }

    [TestMethod]
    public void SchemaDefinition_WithNewNameTypeAndAnnotation_ChangesTheColumn()
    {
        var definition = SchemaDefinition.Create(typeof(NumberRow));
        definition["Value"].ColumnName = "Other";
        definition["Other"].AddAnnotation("Unit", 3.5, NumberDataViewType.Double);

        var schema = _context.Data.LoadFromEnumerable(NumberRow.Make(1), definition).Schema;

        Assert.IsNull(schema.GetColumnOrNull("Value"));
        var unit = 0.0;
        schema["Other"].Annotations.GetValue("Unit", ref unit);
        Assert.AreEqual(3.5, unit);
    }

    [TestMethod]
    public void LoadFromEnumerable_OfUnknownType_Throws()
    {
        var exception = Assert.ThrowsException<ArgumentOutOfRangeException>(
            () => _context.Data.LoadFromEnumerable([new { Stream = Stream.Null }]));

        StringAssert.Contains(exception.Message, "Stream");
    }

    [TestMethod]
    public void LoadFromEnumerable_OfCustomType_HandsOnReferences()
    {
        var rows = new[] { new BoxRow { Image = new Box(1) }, new BoxRow { Image = new Box(2) } };
        var view = _context.Data.LoadFromEnumerable(rows);

        var images = _context.Data.CreateEnumerable<BoxRow>(view, reuseRowObject: false)
            .Select(row => row.Image).ToArray();

        Assert.AreEqual(BoxDataViewType.Instance, view.Schema["Image"].Type);
        Assert.AreSame(rows[0].Image, images[0]);
        Assert.AreSame(rows[1].Image, images[1]);
    }

    [TestMethod]
    public void GetColumn_OfScalarsTextAndVectors_GivesTheirValues()
    {
        var view = _context.Data.LoadFromEnumerable([SampleRow.Make(0), SampleRow.Make(1)]);

        CollectionAssert.AreEqual(new[] { "row 0", "row 1" }, view.GetColumn<string>("Name").ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1 }, view.GetColumn<int>("Count").ToArray());
        CollectionAssert.AreEqual(
            new float[] { 1, 2, 3, 4, 5, 6 }, view.GetColumn<float[]>("Grid").Last());
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => view.GetColumn<int>("None").ToArray());
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => view.GetColumn<int>("Name").ToArray());
    }

    [TestMethod]
    public void Preview_OfRows_HasRowAndColumnView()
    {
        var preview = _context.Data.LoadFromEnumerable(NumberRow.Make(10)).Preview(maxRows: 2);

        Assert.AreEqual(2, preview.RowView.Length);
        Assert.AreEqual("Number", preview.RowView[1].Values[0].Key);
        Assert.AreEqual(1, preview.RowView[1].Values[0].Value);
        CollectionAssert.AreEqual(new object[] { 0f, 1f }, preview.ColumnView[1].Values);
    }
}
