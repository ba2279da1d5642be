using Microsoft.ML.MedicalSegmentation.Columns;

namespace Microsoft.ML.MedicalSegmentation.Loading;

[TestClass]
public sealed class LoadVolumesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationTransformsCatalog Transforms => _ml.MedicalSegmentation().Transforms;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void LoadVolumes_RealScan_KeepsTypeAndGeometry()
    {
        var path = Path.Combine(TestData.RequireData("hippocampus"), "imagesTr", "hippocampus_001.nii.gz");
        var expected = VolumeFormats.Open(path);
        var image = Load(Transforms.LoadVolumes(), new PathRow { ImagePath = path });
        Assert.AreEqual(expected.VoxelType, image.VoxelType);
        Assert.AreEqual(expected.Geometry, image.Geometry);
        CollectionAssert.AreEqual(expected.Values(), image.Values());
    }

    [TestMethod]
    public void LoadVolumes_TwoColumns_AreTwoChannelsOfTheStoredType()
    {
        var rows = _folder.WriteScans(2);
        var image = Load(
            Transforms.LoadVolumes("Image", "ImagePath", "LabelPath"),
            new PathRow { ImagePath = rows[0].ImagePath, LabelPath = rows[1].ImagePath }
        );
        Assert.AreEqual(2, image.Shape.Channels);
        Assert.AreEqual(VoxelType.Int16, image.VoxelType);
        CollectionAssert.AreEqual(Scans.Make(0).Image.Values(), image.Channel(0).Values());
        CollectionAssert.AreEqual(Scans.Make(1).Image.Values(), image.Channel(1).Values());
    }

    [TestMethod]
    public void LoadVolumes_VectorOfPaths_EqualsSeveralColumnsAfterReloading()
    {
        var rows = _folder.WriteScans(2);
        var dataset = new SegmentationDataset(
            "x",
            [new("a", [rows[0].ImagePath, rows[0].LabelPath], rows[0].LabelPath)],
            channelNames: ["scan", "labels"]
        );
        var data = dataset.ToDataView(_ml);
        var model = Transforms.LoadVolumes().Fit(data);
        _ml.MedicalSegmentation().SaveModel(model, data.Schema, _folder["model.zip"]);
        var loaded = _ml.MedicalSegmentation().LoadModel(_folder["model.zip"]);
        var image = _ml.Data.CreateEnumerable<ScanResult>(loaded.Transform(data), false).Single().Image;
        Assert.AreEqual(VoxelType.Float32, image.VoxelType, "short and byte channels share single precision");
        CollectionAssert.AreEqual(Scans.Make(0).Image.Values(), image.Channel(0).Values());
        CollectionAssert.AreEqual(
            new[] { "scan", "labels" },
            ClassAnnotations.ReadChannelNames(model.GetOutputSchema(data.Schema)["Image"].Annotations).ToArray()
        );
    }

    [TestMethod]
    public void LoadVolumes_ChannelsOfDifferentSize_NamesBothFiles()
    {
        var small = _folder.WriteScans(1)[0].ImagePath;
        VolumeFormats.Save(Scans.Make(1, side: 7).Image, _folder["large.nii"]);
        var fault = LoadFault<InputDataException>(
            Transforms.LoadVolumes("Image", "ImagePath", "LabelPath"),
            new PathRow { ImagePath = small, LabelPath = _folder["large.nii"] }
        );
        foreach (var fact in new[] { small, "6 x 6 x 6", "large.nii", "7 x 7 x 7", "one grid" })
        {
            StringAssert.Contains(fault.Message, fact);
        }
    }

    [TestMethod]
    public void LoadVolumes_ChannelsAtDifferentPlaces_TellsTheDistance()
    {
        var scan = Scans.Make(0).Image;
        VolumeFormats.Save(scan, _folder["a.nii"]);
        VolumeFormats.Save(scan.WithGeometry(scan.Geometry.Shifted(new(5, 0, 0))), _folder["b.nii"]);
        var fault = LoadFault<InputDataException>(
            Transforms.LoadVolumes("Image", "ImagePath", "LabelPath"),
            new PathRow { ImagePath = _folder["a.nii"], LabelPath = _folder["b.nii"] }
        );
        StringAssert.Contains(fault.Message, "5 mm apart");
    }

    [TestMethod]
    public void LoadVolumes_Folder_IsWhereRelativePathsStart()
    {
        _folder.WriteScans(1);
        var image = Load(
            Transforms.LoadVolumes(new LoadVolumesEstimator.Options { Folder = _folder.Path }),
            new PathRow { ImagePath = "images/case0.nii.gz" }
        );
        CollectionAssert.AreEqual(Scans.Make(0).Image.Values(), image.Values());
    }

    [TestMethod]
    public void LoadVolumes_TextNamedNii_IsRefusedByContent()
    {
        var path = _folder.Write("notes.nii", new string('x', 500));
        var fault = LoadFault<VolumeFormatException>(Transforms.LoadVolumes(), new PathRow { ImagePath = path });
        StringAssert.Contains(fault.Message, path);
        StringAssert.Contains(fault.Message, "content");
    }

    [TestMethod]
    public void LoadVolumes_EmptyPath_IsRefused()
        => StringAssert.Contains(LoadFault<ArgumentException>(Transforms.LoadVolumes(), new PathRow()).Message, "empty path");

    private Volume Load(LoadVolumesEstimator estimator, PathRow row)
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { row });
        return _ml.Data.CreateEnumerable<ScanResult>(estimator.Fit(data).Transform(data), reuseRowObject: false).Single().Image;
    }

    private T LoadFault<T>(LoadVolumesEstimator estimator, PathRow row)
        where T : Exception
        => Assert.ThrowsExactly<T>(() => Load(estimator, row));
}
