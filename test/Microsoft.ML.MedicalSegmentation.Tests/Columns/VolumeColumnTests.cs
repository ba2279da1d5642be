namespace Microsoft.ML.MedicalSegmentation.Columns;

[TestClass]
public class VolumeColumnTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void LoadFromEnumerable_VolumeMembers_HaveTheColumnTypes()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { MakeRow() });
        Assert.AreSame(VolumeDataViewType.Instance, view.Schema["Image"].Type);
        Assert.AreSame(LabelVolumeDataViewType.Instance, view.Schema["Label"].Type);
        Assert.AreEqual("Volume", view.Schema["Image"].Type.ToString());
        Assert.IsFalse(VolumeDataViewType.Instance.Equals(LabelVolumeDataViewType.Instance));
    }

    [TestMethod]
    public void CreateEnumerable_ThroughCopyColumns_GivesTheSameObjects()
    {
        var row = MakeRow();
        var view = _ml.Data.LoadFromEnumerable(new[] { row });
        var copied = _ml.Transforms.CopyColumns("Copy", "Image").Fit(view).Transform(view);
        var read = _ml.Data.CreateEnumerable<CopiedRow>(copied, reuseRowObject: false).Single();
        Assert.AreSame(row.Image, read.Image);
        Assert.AreSame(row.Image, read.Copy);
        Assert.AreSame(row.Label, read.Label);
    }

    [TestMethod]
    public void OfClasses_ReadClasses_RoundTrips()
    {
        LabelClass[] classes = [new(0, "background"), new(7, "left ventricle")];
        CollectionAssert.AreEqual(classes, ClassAnnotations.ReadClasses(ClassAnnotations.OfClasses(classes)).ToArray());
        Assert.AreEqual(0, ClassAnnotations.ReadClasses(DataViewSchema.Annotations.Empty).Count);
        CollectionAssert.AreEqual(new[] { "T1" }, ClassAnnotations.ReadChannelNames(ClassAnnotations.OfChannelNames(["T1"])).ToArray());
    }

    private static Row MakeRow() => new()
    {
        Image = Volume.Create(new short[8], new VolumeShape(1, 2, 2, 2)),
        Label = LabelVolume.Create(new byte[8], new VolumeShape(1, 2, 2, 2)),
    };

    private class Row
    {
        [VolumeColumn]
        public Volume Image { get; set; } = null!;

        [LabelVolumeColumn]
        public LabelVolume Label { get; set; } = null!;
    }

    private sealed class CopiedRow : Row
    {
        [VolumeColumn]
        public Volume Copy { get; set; } = null!;
    }
}
