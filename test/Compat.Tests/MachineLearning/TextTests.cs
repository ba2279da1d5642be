using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.MachineLearning;

/// <summary>Delimited text files.</summary>
[TestClass]
public sealed class TextTests
{
    private readonly MLContext _context = new();
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.csv");

    [TestCleanup]
    public void Delete() => File.Delete(_path);

    [TestMethod]
    public void LoadFromTextFile_OfClass_ReadsItsColumns()
    {
        File.WriteAllText(_path, "image,age,ok,f1,f2\nscan.nii, 41,true,0.5,1e2\n\n\"a, \"\"b\"\"\",7,0,-1,\n");

        var view = _context.Data.LoadFromTextFile<Patient>(_path, ',', hasHeader: true, allowQuoting: true);
        var rows = _context.Data.CreateEnumerable<Patient>(view, reuseRowObject: false).ToArray();

        Assert.AreEqual(2, rows.Length);
        Assert.AreEqual("scan.nii", rows[0].Image);
        Assert.AreEqual(41, rows[0].Age);
        Assert.IsTrue(rows[0].Ok);
        CollectionAssert.AreEqual(new[] { 0.5f, 100f }, rows[0].Features);
        Assert.AreEqual("a, \"b\"", rows[1].Image);
        Assert.IsFalse(rows[1].Ok);
        CollectionAssert.AreEqual(new[] { -1f, 0f }, rows[1].Features);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 2), view.Schema["Features"].Type);
        Assert.IsNull(view.GetRowCount());
    }

    [TestMethod]
    public void LoadFromTextFile_OfColumns_ReadsTabsByDefault()
    {
        File.WriteAllLines(_path, ["a b\t2", "\"c\"\t3"]);

        var view = _context.Data.LoadFromTextFile(
            _path, [new TextLoader.Column("Name", DataKind.String, 0), new TextLoader.Column("N", DataKind.Int32, 1)]);

        CollectionAssert.AreEqual(new[] { "a b", "\"c\"" }, view.GetColumn<string>("Name").ToArray());
        CollectionAssert.AreEqual(new[] { 2, 3 }, view.GetColumn<int>("N").ToArray());
    }

    [TestMethod]
    public void LoadFromTextFile_OfOptions_TakesSeparatorsAndRows()
    {
        File.WriteAllLines(_path, ["1;2|x", "3|4;y", "5;6;z"]);
        var options = new TextLoader.Options
        {
            Separators = [';', '|'],
            MaxRows = 2,
            Columns = [new TextLoader.Column("V", DataKind.Double, 0, 1), new TextLoader.Column("T", DataKind.String, 2)],
        };

        var view = _context.Data.LoadFromTextFile(_path, options);

        CollectionAssert.AreEqual(new[] { "x", "y" }, view.GetColumn<string>("T").ToArray());
        CollectionAssert.AreEqual(new[] { 3.0, 4.0 }, view.GetColumn<double[]>("V").Last());
    }

    [TestMethod]
    public void LoadFromTextFile_OfBadNumbers_GivesNaNOrThrows()
    {
        File.WriteAllLines(_path, ["x\tx"]);
        var view = _context.Data.LoadFromTextFile(
            _path, [new TextLoader.Column("Real", DataKind.Single, 0), new TextLoader.Column("Whole", DataKind.Int32, 1)]);

        Assert.IsTrue(float.IsNaN(view.GetColumn<float>("Real").Single()));
        var exception = Assert.ThrowsException<FormatException>(() => view.GetColumn<int>("Whole").ToArray());
        StringAssert.Contains(exception.ToString(), "Whole");
    }

    [TestMethod]
    public void LoadFromTextFile_OfMissingFile_Throws() => Assert.ThrowsException<ArgumentOutOfRangeException>(
        () => _context.Data.LoadFromTextFile(_path, [new TextLoader.Column("A", DataKind.String, 0)]));

    [TestMethod]
    public void LoadFromTextFile_OfMemberWithoutIndex_Throws()
    {
        File.WriteAllText(_path, "1");

        var exception = Assert.ThrowsException<InvalidOperationException>(
            () => _context.Data.LoadFromTextFile<KeyRow>(_path));

        StringAssert.Contains(exception.Message, "LoadColumn");
    }

    public sealed class Patient
    {
        [LoadColumn(0)]
        public string Image { get; set; } = string.Empty;

        [LoadColumn(1)]
        public int Age { get; set; }

        [LoadColumn(2)]
        public bool Ok { get; set; }

        [LoadColumn(3, 4)]
        public float[] Features { get; set; } = [];
    }
}
