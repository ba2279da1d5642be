namespace Microsoft.ML.MedicalSegmentation.Spatial;

[TestClass]
public sealed class GridReturnTests
{
    [TestMethod]
    public void ReturnToGrid_AfterRandomTurnsCropsAndPads_RestoresEveryVoxelThatStayed()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var original = SpatialChains.Numbered(random);
            var prepared = SpatialChains.ChangeGrid(original, random);
            var returned = prepared.ReturnToGrid(original.Voxels);

            Assert.AreEqual(original.Geometry, returned.Geometry);
            Assert.AreEqual(original.Shape, returned.Shape);
            var stayed = new HashSet<int>(Labels(prepared));
            CollectionAssert.AreEqual(
                Labels(original).Select(label => stayed.Contains(label) ? label : 0).ToArray(),
                Labels(returned),
                $"seed {seed}"
            );
        }
    }

    [TestMethod]
    public void Chain_OfTurnsCropsAndPads_KeepsEveryVoxelAtItsPlace()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var original = SpatialChains.Numbered(random);
            var prepared = SpatialChains.ChangeGrid(original, random);
            var shape = original.Shape;
            var labels = Labels(prepared);
            for (var i = 0; i < labels.Length; i++)
            {
                if (labels[i] > 0)
                {
                    var (here, there) = (Index(i, prepared.Shape), Index(labels[i] - 1, shape));
                    var distance = (prepared.Geometry.IndexToWorld.Apply(here) - original.Geometry.IndexToWorld.Apply(there)).Length;
                    Assert.IsTrue(distance < 1e-4, $"seed {seed}: {distance} mm");
                }
            }
        }
    }

    [TestMethod]
    public void ReturnToGrid_GeometryRoundedToSinglePrecision_IsStillExact()
    {
        var random = new Random(5);
        var original = SpatialChains.Numbered(random);
        var prepared = original.Reorient("SLP").CropOrPad(new(-1, -2, -3, 20, 20, 20));
        var rounded = new VolumeGeometry(
            AffineTransform.FromRows(Array.ConvertAll(prepared.Geometry.IndexToWorld.ToRows(), value => (double)(float)value))
        );
        var returned = prepared.WithGeometry(rounded).ReturnToGrid(original.Voxels);
        CollectionAssert.AreEqual(Labels(original), Labels(returned));
        Assert.AreEqual(original.Geometry, returned.Geometry);
    }

    [TestMethod]
    public void ReturnToGrid_AfterResampling_RestoresTheGridExactlyAndTheBallNearly()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            var original = Ball(SpatialChains.Geometry(random));
            var spacing = original.Geometry.Spacing;
            double Factor() => 0.6 + (0.8 * random.NextDouble());
            var options = new LabelResamplingOptions
            {
                Interpolation = seed % 2 == 0 ? LabelInterpolation.PerClassLinear : LabelInterpolation.Nearest,
            };
            var prepared = original
                .Resample(new(spacing.X * Factor(), spacing.Y * Factor(), spacing.Z * Factor()), options)
                .Reorient(SpatialChains.Code(random));
            var returned = prepared.ReturnToGrid(original.Voxels, options);
            Assert.AreEqual(original.Geometry, returned.Geometry);
            Assert.AreEqual(original.Shape, returned.Shape);
            Assert.IsTrue(Dice(original, returned) > 0.93, $"seed {seed}: Dice {Dice(original, returned)}");
        }
    }

    [TestMethod]
    [DataRow(2.9)]
    [DataRow(0.83)]
    [DataRow(6.5)]
    public void ReturnToGrid_AfterResampling_LosesNoVoxelAtTheBorder(double factor)
    {
        var original = LabelVolume.Create(
            [.. Enumerable.Repeat((byte)1, 10 * 11 * 13)],
            new(1, 13, 11, 10),
            SpatialChains.Geometry(new Random(8))
        );
        foreach (var interpolation in Enum.GetValues<LabelInterpolation>())
        {
            var returned = original
                .Resample(original.Geometry.Spacing * factor)
                .ReturnToGrid(original.Voxels, new() { Interpolation = interpolation });
            Assert.AreEqual(1430, returned.CountValues()[1], $"{interpolation}");
        }

        var values = original.Voxels.Resample(original.Geometry.Spacing * factor).ReturnToGrid(original.Voxels).ToSingle();
        Assert.IsTrue(values.Voxels.ToArray().All(value => Math.Abs(value - 1) < 1e-6f));
    }

    [TestMethod]
    public void ReturnToGrid_ProbabilitiesOfACrop_AreBackgroundOutside()
    {
        var original = Volume.Create(new short[6 * 5 * 4], new VolumeShape(1, 4, 5, 6), SpatialChains.Geometry(new Random(3)));
        var prepared = original.Reorient("ASL").CropOrPad(new(1, 1, 1, 2, 2, 2));
        var probabilities = Volume.Create(
            [.. Enumerable.Repeat(0.25f, 8), .. Enumerable.Repeat(0.75f, 8)],
            prepared.Shape.WithChannels(2),
            prepared.Geometry
        );

        var returned = probabilities.ReturnToGrid(original, backgroundChannel: 0).ToSingle();

        Assert.AreEqual(new VolumeShape(2, 4, 5, 6), returned.Shape);
        Assert.AreEqual(original.Geometry, returned.Geometry);
        var (background, structure) = (returned.Voxels[..120].ToArray(), returned.Voxels[120..].ToArray());
        Assert.AreEqual(8, background.Count(value => value == 0.25f));
        Assert.AreEqual(112, background.Count(value => value == 1));
        Assert.AreEqual(8, structure.Count(value => value == 0.75f));
        Assert.AreEqual(112, structure.Count(value => value == 0));
    }

    [TestMethod]
    public void ReturnToGrid_ResampledProbabilities_SumToOne()
    {
        var random = new Random(4);
        var original = Volume.Create(new short[9 * 8 * 7], new VolumeShape(1, 7, 8, 9), SpatialChains.Geometry(random));
        var prepared = original.CropOrPad(new(1, 2, 1, 6, 5, 5)).Resample(original.Geometry.Spacing * 0.7);
        var first = Enumerable.Range(0, (int)prepared.Shape.Count).Select(_ => random.NextSingle()).ToArray();
        var probabilities = Volume.Create([.. first, .. first.Select(p => 1 - p)], prepared.Shape.WithChannels(2), prepared.Geometry);

        var returned = probabilities.ReturnToGrid(original, backgroundChannel: 1).ToSingle();

        for (var i = 0; i < 504; i++)
        {
            Assert.AreEqual(1, returned.Voxels[i] + returned.Voxels[504 + i], 1e-5f);
        }

        Assert.AreEqual(1f, returned.GetValue(1, 0, 0, 0));
    }

    [TestMethod]
    public void ReturnToGrid_NothingWasChanged_CopiesNothing()
    {
        var labels = SpatialChains.Numbered(new Random(1));
        Assert.IsTrue(labels.Voxels.Bytes == labels.ReturnToGrid(labels.Voxels).Voxels.Bytes);
    }

    [TestMethod]
    public void ReturnToGrid_BackgroundThatIsNoChannel_IsRefused()
    {
        var volume = Volume.Create(new float[8], new VolumeShape(1, 2, 2, 2));
        var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => volume.ReturnToGrid(volume, backgroundChannel: 3));
        StringAssert.Contains(fault.Message, "channels 0 to 0");
    }

    [TestMethod]
    public void ReturnToGrid_HippocampusLabels_AreIdenticalAfterTurningCroppingAndPadding()
    {
        foreach (var path in Directory.GetFiles(TestData.RequireData("hippocampus/labelsTr"), "*.nii.gz").Order().Take(10))
        {
            var original = LabelVolume.FromVolume(VolumeFormats.Open(path));
            var window = original.MaskWindow(margin: 2) ?? VolumeRegion.All(original.Shape);
            var prepared = original.CropOrPad(window).Reorient("PIR").CropOrPad(new(-5, -3, -1, 80, 70, 60));
            var returned = prepared.ReturnToGrid(original.Voxels);
            CollectionAssert.AreEqual(Labels(original), Labels(returned), Path.GetFileName(path));
            Assert.AreEqual(original.Geometry, returned.Geometry);
        }
    }

    [TestMethod]
    public void ReturnToGrid_RealNiftiFilesOfAnyOrientation_RestoreTheirVoxels()
    {
        var tried = 0;
        foreach (var path in Directory.GetFiles(TestData.RequireData("formats/nifti"), "*.nii*", SearchOption.AllDirectories).Order())
        {
            if (path.Contains("complex", StringComparison.Ordinal) || VolumeFormats.ReadHeader(path).Shape.Count > 1 << 22)
            {
                continue;
            }

            var volume = VolumeFormats.Open(path);

            var padded = VolumeRegion.All(volume.Shape) with
            {
                X = -2,
                Width = volume.Shape.Width + 3,
                Z = -1,
                Depth = volume.Shape.Depth + 1,
            };
            var returned = volume.CropOrPad(padded).Reorient("SPL").ReturnToGrid(volume);
            Assert.IsTrue(volume.Bytes.SequenceEqual(returned.Bytes), path);
            Assert.AreEqual(volume.Geometry, returned.Geometry);
            tried++;
        }

        Assert.IsTrue(tried > 10, $"{tried} files");
    }

    private static int[] Labels(LabelVolume labels)
    {
        var values = new int[labels.Shape.Count];
        labels.CopyLabels(0, values);
        return values;
    }

    private static Vector3D Index(int offset, VolumeShape shape) =>
        new(offset % shape.Width, offset / shape.Width % shape.Height, offset / shape.Width / shape.Height);

    private static LabelVolume Ball(VolumeGeometry geometry)
    {
        var shape = new VolumeShape(1, 26, 28, 30);
        return LabelVolume.Create(
            [
                .. Enumerable
                    .Range(0, (int)shape.Count)
                    .Select(i => (byte)((Index(i, shape) - new Vector3D(15, 14, 13)).Length < 10 ? 3 : 0)),
            ],
            shape,
            geometry
        );
    }

    private static double Dice(LabelVolume a, LabelVolume b)
    {
        var (x, y) = (Labels(a), Labels(b));
        return 2.0 * x.Zip(y).Count(pair => pair is (3, 3)) / (x.Count(label => label == 3) + y.Count(label => label == 3));
    }
}
