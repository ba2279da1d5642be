namespace Microsoft.ML.MedicalSegmentation.Spatial;

[TestClass]
public class CropOrPadTests
{
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationTransformsCatalog Transforms => _ml.MedicalSegmentation().Transforms;

    [TestMethod]
    public void CropOrPad_ImageAndLabels_KeepEveryVoxelAtItsPlace()
    {
        var scan = Scans.Make(3).Image;
        var labels = LabelVolume.Create(
            Array.ConvertAll(scan.Values(), value => (byte)(value > 0 ? 1 : 0)),
            scan.Shape,
            scan.Geometry,
            [new(0, "background"), new(1, "x")]
        );
        var data = _ml.Data.LoadFromEnumerable(
            new[]
            {
                new LabelledScan { Image = scan, Label = labels },
            }
        );
        var model = Transforms
            .CropOrPad("Image", width: 3, height: 9, padValue: -50)
            .Append(Transforms.CropOrPad("Label", width: 3, height: 9))
            .Fit(data);
        var row = _ml.Data.CreateEnumerable<LabelledScan>(model.Transform(data), false).Single();
        Assert.AreEqual(new VolumeShape(1, 6, 9, 3), row.Image.Shape);
        Assert.AreEqual(row.Image.Shape, row.Label.Shape);
        Assert.AreEqual(row.Image.Geometry, row.Label.Geometry);
        Assert.AreEqual(2, row.Label.Classes.Count);
        for (var z = 0; z < 6; z++)
        {
            for (var y = 0; y < 9; y++)
            {
                for (var x = 0; x < 3; x++)
                {
                    var source = scan.Geometry.WorldToIndex.Apply(row.Image.Geometry.IndexToWorld.Apply(new(x, y, z)));
                    var (sx, sy) = ((int)Math.Round(source.X), (int)Math.Round(source.Y));
                    var inside = sy is >= 0 and < 6;
                    Assert.AreEqual(inside ? scan.GetValue(0, z, sy, sx) : -50, row.Image.GetValue(0, z, y, x));
                    Assert.AreEqual(inside ? labels[z, sy, sx] : 0, row.Label[z, y, x]);
                }
            }
        }
    }

    [TestMethod]
    public void CropOrPad_SameSize_HandsOnTheSameVolume()
    {
        var data = _ml.Data.LoadFromEnumerable(Scans.Many(1));
        var source = _ml.Data.CreateEnumerable<ScanResult>(data, false).Single();
        var model = Transforms.CropOrPad(depth: 6).Fit(data);
        using var engine = _ml.Model.CreatePredictionEngine<Scan, ScanResult>(model);
        var scan = new Scan { Image = source.Image };
        Assert.AreSame(scan.Image, engine.Predict(scan).Image);
    }

    [TestMethod]
    public void CropOrPad_NoSizeOrBadSize_IsRefused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Transforms.CropOrPad()).Message, "No size is given");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Transforms.CropOrPad(width: 0)).Message, "below 1");
    }
}
