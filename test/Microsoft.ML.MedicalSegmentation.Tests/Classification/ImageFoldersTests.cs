namespace Microsoft.ML.MedicalSegmentation.Classification;

[TestClass]
public sealed class ImageFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Read_FoldersOfClasses_GivesRowsOfPathAndLabel()
    {
        Write("normal/2.png", "normal/1.png", "pneumonia/3.png", ".hidden/4.png");

        var dataset = _context.MedicalSegmentation().Data.ReadImageFolders(_folder.Path);

        Assert.AreEqual("normal, pneumonia", string.Join(", ", dataset.Classes));
        Assert.AreEqual(
            "1.png normal, 2.png normal, 3.png pneumonia",
            string.Join(", ", dataset.Images.Select(image => $"{Path.GetFileName(image.Path)} {image.Label}"))
        );
        Assert.IsEmpty(dataset.Parts);
        var data = dataset.ToDataView(_context);
        CollectionAssert.AreEqual(new[] { "ImagePath", "Label" }, data.Schema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void Read_Parts_KeepsThemApart()
    {
        Write("train/a/1.png", "train/b/2.png", "val/a/3.png", "test/b/4.png");

        var dataset = _context.MedicalSegmentation().Data.ReadImageFolders(_folder.Path);

        Assert.AreEqual("test, train, val", string.Join(", ", dataset.Parts));
        Assert.HasCount(2, dataset.Part("train").Images);
        Assert.AreEqual("a, b", string.Join(", ", dataset.Part("test").Classes));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => dataset.Part("holdout")).Message, "Parts: test, train, val");
    }

    [TestMethod]
    public void Read_WrongFolders_ListsAllFaults()
    {
        Write("train/a/1.png", "train/b/2.png", "test/c/3.png", "other/4.png");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "test", "empty"));

        var error = Assert.ThrowsExactly<InputDataException>(() => _context.MedicalSegmentation().Data.ReadImageFolders(_folder.Path));

        foreach (var fact in new[] { "test, train are parts of data, and other are not", "holds no image", "has no images of c" })
        {
            StringAssert.Contains(error.Message, fact);
        }

        Assert.ThrowsExactly<DirectoryNotFoundException>(() =>
            _context.MedicalSegmentation().Data.ReadImageFolders(Path.Combine(_folder.Path, "none"))
        );
    }

    [TestMethod]
    public void Draw_TakesAShareOfEachClass_TheSameForTheSameSeed()
    {
        Write([.. Enumerable.Range(0, 20).Select(i => $"a/{i}.png"), .. Enumerable.Range(0, 5).Select(i => $"b/{i}.png"), "c/1.png"]);
        var dataset = _context.MedicalSegmentation().Data.ReadImageFolders(_folder.Path);

        var (rest, drawn) = dataset.Draw(0.2, seed: 4);

        Assert.AreEqual(
            "a 4, b 1",
            string.Join(", ", drawn.Images.CountBy(image => image.Label).Select(pair => $"{pair.Key} {pair.Value}"))
        );
        Assert.HasCount(21, rest.Images);
        Assert.IsEmpty(rest.Images.Intersect(drawn.Images));
        CollectionAssert.AreEqual(drawn.Images.ToArray(), dataset.Draw(0.2, seed: 4).Drawn.Images.ToArray());
        CollectionAssert.AreNotEqual(drawn.Images.ToArray(), dataset.Draw(0.2, seed: 5).Drawn.Images.ToArray());
    }

    private void Write(params string[] files)
    {
        foreach (var file in files)
        {
            File.WriteAllBytes(_folder[file], []);
        }
    }
}
