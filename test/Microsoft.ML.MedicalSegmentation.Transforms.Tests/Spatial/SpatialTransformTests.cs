namespace Microsoft.ML.MedicalSegmentation.Spatial;

[TestClass]
public class SpatialTransformTests
{
    private readonly MLContext _ml = new(seed: 1);

    private SegmentationTransformsCatalog Transforms => _ml.MedicalSegmentation().Transforms;

    [TestMethod]
    public void Reorient_ImageAndLabels_TurnAlike()
    {
        var row = Run(Transforms.Reorient("Image", orientation: "SLP").Append(Transforms.Reorient("Label", orientation: "SLP")), Row(3));
        Assert.AreEqual("SLP", row.Image.Geometry.OrientationCode);
        Assert.AreEqual(row.Image.Geometry, row.Label.Geometry);
        AssertLabelsFollow(row);
    }

    [TestMethod]
    public void Resample_ImageAndLabels_HaveTheSpacingAndOneGrid()
    {
        var pipeline = Transforms.Resample("Image", spacingX: 0.5, spacingZ: 2, interpolation: Interpolation.CubicSpline)
            .Append(Transforms.Resample("Label", spacingX: 0.5, spacingZ: 2, labelInterpolation: LabelInterpolation.PerClassLinear));
        var row = Run(pipeline, Row(3));
        Assert.AreEqual(new VolumeShape(1, 9, 6, 12), row.Image.Shape);
        Assert.AreEqual(new Vector3D(0.5, 2, 2), row.Image.Geometry.Spacing);
        Assert.AreEqual(row.Image.Geometry, row.Label.Geometry);
        Assert.AreEqual(row.Image.Shape, row.Label.Shape);
        Assert.AreEqual(2, row.Label.Classes.Count);
    }

    [TestMethod]
    public void ResampleTo_ReferenceColumn_GivesItsGrid()
    {
        var source = Row(3);
        source.Reference = Scans
            .Make(1, side: 4)
            .Image.WithGeometry(new(new AffineTransform(new(0, 1, 0.1), new(-1.5, 0, 0), new(0, 0, 2), new(8, 2, 3))));
        var row = Run(
            Transforms
                .ResampleTo("Image", interpolation: Interpolation.Linear)
                .Append(Transforms.ResampleTo("Label", labelInterpolation: LabelInterpolation.PerClassLinear)),
            source
        );
        foreach (var (shape, geometry) in new[] { (row.Image.Shape, row.Image.Geometry), (row.Label.Shape, row.Label.Geometry) })
        {
            Assert.AreEqual(source.Reference.Shape, shape);
            Assert.AreEqual(source.Reference.Geometry, geometry);
        }
    }

    [TestMethod]
    public void CropForeground_LabelsByTheImage_AreCroppedAlike()
    {
        var source = Row(3);
        var voxels = new short[6 * 6 * 6];
        voxels[(2 * 36) + (3 * 6) + 1] = 700;
        voxels[(4 * 36) + (3 * 6) + 2] = 700;
        source.Image = Volume.Create(voxels, source.Image.Shape, source.Image.Geometry);
        source.Label = LabelVolume.Create(
            Array.ConvertAll(voxels, value => (byte)(value / 700)),
            source.Image.Shape,
            source.Image.Geometry
        );
        var row = Run(
            Transforms
                .CropForeground(
                    new()
                    {
                        OutputColumnName = "Label",
                        WindowColumnName = "Image",
                        Threshold = 500,
                        Margin = 1,
                        MarginInMillimetres = 1.9,
                    }
                )
                .Append(
                    Transforms.CropForeground(
                        new()
                        {
                            Threshold = 500,
                            Margin = 1,
                            MarginInMillimetres = 1.9,
                        }
                    )
                ),
            source
        );

        // Spacing 1, 2, 3 mm: margins of 1 + 2, 1 + 1 and 1 + 1 voxels, cut off at the border.
        Assert.AreEqual(new VolumeShape(1, 6, 5, 6), row.Image.Shape);
        Assert.AreEqual(new Vector3D(0, 2, 0), row.Image.Geometry.Origin);
        Assert.AreEqual(row.Image.Geometry, row.Label.Geometry);
        Assert.AreEqual(2, row.Label.CountValues()[1]);
    }

    [TestMethod]
    public void CropForeground_WindowOfAnotherGrid_TellsBothAndTheRemedy()
    {
        var pipeline = Transforms
            .CropForeground(threshold: 390)
            .Append(Transforms.CropForeground("Label", windowColumnName: "Image", threshold: 390));
        var fault = Assert.ThrowsExactly<InputDataException>(() => Run(pipeline, Row(3)));
        StringAssert.Contains(fault.Message, "6 x 6 x 6");
        StringAssert.Contains(fault.Message, "Crop the column that gives the window last");
    }

    [TestMethod]
    public void CropToMask_WithMargin_KeepsTheBoundingBox()
    {
        var source = Row(3);
        var mask = new byte[6 * 6 * 6];
        mask[(2 * 36) + (3 * 6) + 1] = 7;
        mask[(3 * 36) + (4 * 6) + 4] = 1;
        source.Label = LabelVolume.Create(mask, source.Image.Shape, source.Image.Geometry);
        var row = Run(Transforms.CropToMask("Image", margin: 1).Append(Transforms.CropToMask("Label", margin: 1)), source);
        Assert.AreEqual(new VolumeShape(1, 4, 4, 6), row.Image.Shape);
        Assert.AreEqual(row.Image.Geometry, row.Label.Geometry);
        Assert.AreEqual((7, 1), (row.Label[1, 1, 1], row.Label[2, 2, 4]));
        Assert.AreEqual(source.Image.GetValue(0, 2, 3, 1), row.Image.GetValue(0, 1, 1, 1));
    }

    [TestMethod]
    public void CropToMask_EmptyMask_IsRefusedWithItsFactsOrKeptWhole()
    {
        var source = Row(3);
        source.Label = LabelVolume.Create(new byte[6 * 6 * 6], source.Image.Shape, source.Image.Geometry);
        var fault = Assert.ThrowsExactly<InputDataException>(() => Run(Transforms.CropToMask("Image"), source));
        foreach (var fact in new[] { "6 x 6 x 6", "no voxel above 0", "KeepWhole" })
        {
            StringAssert.Contains(fault.Message, fact);
        }

        Assert.AreEqual(source.Image.Shape, Run(Transforms.CropToMask("Image", emptyMask: EmptyMaskRule.KeepWhole), source).Image.Shape);
    }

    [TestMethod]
    public void Pad_BorderMinimumAndMultiple_AddsAroundAndTakesNothing()
    {
        var options = new PadEstimator.Options { BorderX = 1, MinimumHeight = 9, DivisibleBy = 4, PadValue = -1000 };
        var row = Run(Transforms.Pad(options).Append(Transforms.Pad("Label", border: 2)), Row(3));
        Assert.AreEqual(new VolumeShape(1, 8, 12, 8), row.Image.Shape);
        Assert.AreEqual(new Vector3D(-1, -6, -3), row.Image.Geometry.Origin);
        Assert.AreEqual(-1000, row.Image.GetValue(0, 0, 0, 0));
        Assert.AreEqual(new VolumeShape(1, 10, 10, 10), row.Label.Shape);
        Assert.AreEqual(0, row.Label[0, 0, 0]);
    }

    [TestMethod]
    public void Transforms_ImpossibleOptions_AreRefusedAtOnce()
    {
        void Refused(Action make, params string[] facts)
        {
            var fault = Assert.ThrowsExactly<ArgumentException>(make);
            Array.ForEach(facts, fact => StringAssert.Contains(fault.Message, fact));
        }

        Refused(() => Transforms.Reorient(orientation: "XYZ"), "XYZ");
        Refused(() => Transforms.Resample(), "No spacing");
        Refused(() => Transforms.Resample(spacingX: -1, anisotropyThreshold: 0.5), "above 0", "AnisotropyThreshold is 0.5");
        Refused(() => Transforms.CropForeground(margin: -1, threshold: double.NaN), "Margin is -1", "Threshold is NaN");
        Refused(() => Transforms.CropToMask(margin: -1), "Margin is -1");
        Refused(() => Transforms.Pad(border: -1, divisibleBy: 0), "BorderX is -1", "DivisibleBy is 0");
        Refused(() => Transforms.ReturnToGrid(backgroundChannel: -1), "BackgroundChannel is -1");
    }

    private static SpatialRow Row(int seed)
    {
        var image = Scans.Make(seed).Image;
        var labels = Array.ConvertAll(image.Values(), value => (byte)(value > 0 ? 1 : 0));
        return new()
        {
            Image = image,
            Reference = image,
            Label = LabelVolume.Create(labels, image.Shape, image.Geometry, [new(0, "background"), new(1, "x")]),
        };
    }

    private static void AssertLabelsFollow(SpatialRow row)
        => CollectionAssert.AreEqual(Array.ConvertAll(row.Image.Values(), value => value > 0 ? 1f : 0), row.Label.Voxels.Values());

    private SpatialRow Run(IEstimator<ITransformer> pipeline, SpatialRow row)
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { row });
        return _ml.Data.CreateEnumerable<SpatialRow>(pipeline.Fit(data).Transform(data), reuseRowObject: false).Single();
    }
}
