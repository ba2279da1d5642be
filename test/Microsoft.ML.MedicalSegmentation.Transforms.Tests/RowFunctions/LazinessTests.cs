namespace Microsoft.ML.MedicalSegmentation.RowFunctions;

[TestClass]
public class LazinessTests
{
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationTransformsCatalog Transforms => _ml.MedicalSegmentation().Transforms;

    [TestMethod]
    public void Transform_FilesThatDoNotExist_FailsOnlyWhenTheVolumeIsRead()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new PathRow { CaseId = "x", ImagePath = "no-such-file.nii" } });
        var output = Transforms.LoadVolumes().Fit(data).Transform(data);
        using var cursor = output.GetRowCursor([output.Schema["CaseId"], output.Schema["Image"]]);
        var getName = cursor.GetGetter<ReadOnlyMemory<char>>(output.Schema["CaseId"]);
        var getImage = cursor.GetGetter<Volume>(output.Schema["Image"]);
        Assert.IsTrue(cursor.MoveNext());
        ReadOnlyMemory<char> name = default;
        getName(ref name);
        Assert.AreEqual("x", name.ToString());
        Volume? image = null;
        var fault = Assert.ThrowsExactly<FileNotFoundException>(() => getImage(ref image!));
        StringAssert.Contains(fault.Message, "no-such-file.nii");
    }

    [TestMethod]
    public void Getter_CalledThrice_ComputesEachRowOnce()
    {
        var (data, reads) = CountedRows(3);
        var output = Transforms.NormalizeIntensity().Fit(data).Transform(data);
        Assert.AreEqual(0, reads.Count);
        using var cursor = output.GetRowCursor([output.Schema["Image"]]);
        var first = cursor.GetGetter<Volume>(output.Schema["Image"]);
        var second = cursor.GetGetter<Volume>(output.Schema["Image"]);
        Volume? previous = null;
        while (cursor.MoveNext())
        {
            Volume? one = null, two = null;
            first(ref one!);
            second(ref two!);
            first(ref one!);
            Assert.AreSame(one, two);
            Assert.AreNotSame(previous, one);
            previous = one;
        }

        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, reads);
    }

    [TestMethod]
    public void GetRowCursor_WithoutTheAddedColumn_ComputesNothing()
    {
        var (data, reads) = CountedRows(3);
        var output = Transforms.NormalizeIntensity("Normalized", "Image").Fit(data).Transform(data);
        using var cursor = output.GetRowCursor([output.Schema["Index"]]);
        Assert.IsFalse(cursor.IsColumnActive(output.Schema["Normalized"]));
        Assert.ThrowsExactly<ArgumentException>(() => cursor.GetGetter<Volume>(output.Schema["Normalized"]));
        while (cursor.MoveNext())
        {
        }

        Assert.AreEqual(0, reads.Count);
    }

    [TestMethod]
    public void GetGetter_OfAnotherType_NamesBoth()
    {
        var (data, _) = CountedRows(1);
        var output = Transforms.NormalizeIntensity().Fit(data).Transform(data);
        using var cursor = output.GetRowCursor(output.Schema);
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<LabelVolume>(output.Schema["Image"]));
        StringAssert.Contains(fault.Message, "holds Volume");
    }

    [TestMethod]
    public void GetRowCursorSet_ManyCursors_ShareNothing()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(20));
        var output = Transforms.NormalizeIntensity().Fit(data).Transform(data);
        var images = new System.Collections.Concurrent.ConcurrentBag<Volume>();
        Parallel.ForEach(output.GetRowCursorSet(output.Schema, 4), cursor =>
        {
            using (cursor)
            {
                var get = cursor.GetGetter<Volume>(output.Schema["Image"]);
                while (cursor.MoveNext())
                {
                    Volume? image = null;
                    get(ref image!);
                    images.Add(image);
                }
            }
        });
        Assert.AreEqual(20, images.Distinct().Count());
        Assert.IsTrue(images.All(image => Math.Abs(image.Values().Average()) < 1e-4));
    }

    // Rows whose volumes are made by a stock mapping that notes which were asked for.
    private (IDataView Data, List<int> Reads) CountedRows(int count)
    {
        var reads = new List<int>();
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new IndexRow { Index = i }));
        var mapping = _ml.Transforms.CustomMapping<IndexRow, ImageRow>(
            (row, image) =>
            {
                reads.Add(row.Index);
                image.Image = Scans.Make(row.Index).Image;
            },
            contractName: null);
        return (mapping.Fit(data).Transform(data), reads);
    }

    private sealed class IndexRow
    {
        public int Index { get; set; }
    }

    private sealed class ImageRow
    {
        [VolumeColumn]
        public Volume Image { get; set; } = null!;
    }
}
