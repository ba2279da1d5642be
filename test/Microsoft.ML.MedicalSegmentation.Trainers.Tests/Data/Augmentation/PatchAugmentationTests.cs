using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;


namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

[TestClass]
public class PatchAugmentationTests
{
    private static readonly VolumeShape Shape = new(1, 48, 48, 48);

    public static IEnumerable<object[]> Entries => AugmentationList.All.Select(entry => new object[] { entry.Key });

    public static string DisplayName(System.Reflection.MethodInfo method, object[] values) => $"{method.Name} {values[0]}";

    [TestMethod]
    [DynamicData(nameof(Entries), DynamicDataDisplayName = nameof(DisplayName))]
    public void Draw_EveryAugmentation_KeepsALandmarkAlignedWithItsLabel(string key)
    {
        var (source, classes) = Landmark();
        var step = Certain(key);
        for (var seed = 0; seed < 5; seed++)
        {
            var (image, labels) = Draw(source, classes, [step], seed);
            var (ofImage, ofLabels) = (Centroid(image.Select(v => v > 5 ? 1.0 : 0)), Centroid(labels.Select(l => (double)l)));

            // A cut-out box may hide a part of the landmark, and sampling a coarser grid moves it by up to half a voxel along each axis.
            Assert.AreEqual(
                0,
                (ofImage - ofLabels).Length,
                key switch
                {
                    "cut-out" => 4,
                    "low-resolution" => 0.87,
                    _ => 0.35,
                },
                $"{key}, seed {seed}: image {ofImage}, labels {ofLabels}"
            );
        }
    }

    [TestMethod]
    [DynamicData(nameof(Entries), DynamicDataDisplayName = nameof(DisplayName))]
    public void Draw_EveryAugmentation_ChangesThePatchAndDependsOnTheSeedAlone(string key)
    {
        var (source, classes) = Landmark();
        var (plain, _) = Draw(source, classes, [], 0);
        var step = Certain(key);
        var results = Enumerable.Range(0, 4).Select(seed => Draw(source, classes, [step], seed)).ToList();

        Assert.IsTrue(results.Exists(result => !result.Image.SequenceEqual(plain)));
        Assert.IsTrue(results.TrueForAll(result => Array.TrueForAll(result.Image, float.IsFinite)));
        var again = Enumerable.Range(0, 4).AsParallel().AsOrdered().Select(seed => Draw(source, classes, [step], seed)).ToList();
        for (var i = 0; i < results.Count; i++)
        {
            CollectionAssert.AreEqual(results[i].Image, again[i].Image);
            CollectionAssert.AreEqual(results[i].Labels, again[i].Labels);
        }
    }

    [TestMethod]
    public void Draw_NnUNetRecipe_IsTheSameWhateverTheThread()
    {
        var (source, classes) = Landmark();
        var steps = AugmentationPresets.NnUNet(VolumeAxes.All);
        var inTurn = Enumerable.Range(0, 12).Select(seed => Draw(source, classes, steps, seed).Image).ToList();
        var atOnce = Enumerable.Range(0, 12).AsParallel().AsOrdered().Select(seed => Draw(source, classes, steps, seed).Image).ToList();
        foreach (var (one, other) in inTurn.Zip(atOnce))
        {
            CollectionAssert.AreEqual(one, other);
        }
    }

    [TestMethod]
    public void Warp_PatchOfSlicesFarApart_MovesNothingAcrossSlices()
    {
        var warp = new PatchWarp(new(1, 8, 64, 64));
        var random = new PatchRandom(new RandomStream(1));
        new Rotation().Warp(warp, random);
        new Scaling().Warp(warp, random);
        new ElasticDeformation().Warp(warp, random);

        Assert.AreEqual(2, warp.ThinAxis);
        Assert.AreEqual(new Vector3D(0, 0, 1), warp.Linear.C);
        Assert.AreEqual(0, warp.Linear.A.Z);
        Assert.IsTrue(Array.TrueForAll(warp.Displacement![2], shift => shift == 0));
    }

    [TestMethod]
    public void Validate_SettingsOutOfTheirLimits_AreAllNamed()
    {
        var options = new SegmentationTrainer.Options
        {
            Augmentation = [new Rotation { MaximumAngle = 900 }, new GammaChange { Minimum = 3, Maximum = 2, Probability = 1.5 }],
        };

        var error = Assert.ThrowsExactly<ArgumentException>(options.Validate);

        foreach (
            var fact in new[]
            {
                "Rotation.MaximumAngle is 900",
                "GammaChange.Minimum is 3, above Maximum",
                "GammaChange.Probability is 1.5",
            }
        )
        {
            StringAssert.Contains(error.Message, fact);
        }
    }

    [TestMethod]
    public void GaussianNoise_ManyVoxels_IsNormal()
    {
        var values = new float[1 << 20];
        NormalDistribution.AddTo(values, 1, new RandomStream(5));

        Assert.AreEqual(0, values.Average(v => (double)v), 0.004);
        Assert.AreEqual(1, values.Average(v => (double)v * v), 0.006);
        Assert.AreEqual(3, values.Average(v => Math.Pow(v, 4)), 0.05);

        // Parts beyond 1, 2, 3 and 4 standard deviations.
        foreach (var (limit, part) in new[] { (1.0, 0.31731), (2.0, 0.0455), (3.0, 0.0027), (4.0, 6.334e-5) })
        {
            var expected = part * values.Length;
            Assert.AreEqual(expected, values.Count(v => Math.Abs(v) > limit), 5 * Math.Sqrt(expected));
        }
    }

    [TestMethod]
    [DataRow(0.1f)]
    [DataRow(0.7f)]
    [DataRow(1.5f)]
    [DataRow(9.5f)]
    public void PositivePower_NumbersFromZeroToOne_AreRaisedToSixDigits(float power)
    {
        var values = Enumerable.Range(0, 1003).Select(i => i / 1002f).ToArray();
        var raised = values.ToArray();
        PositivePower.Raise(raised, 1, power);

        for (var i = 0; i < values.Length; i++)
        {
            var expected = Math.Pow(values[i], power);
            Assert.AreEqual(expected, raised[i], Math.Max(1e-30, 5e-6 * expected), $"{values[i]} to {power}");
        }
    }

    [TestMethod]
    public void GammaChange_AnyPower_KeepsMeanAndDeviation()
    {
        var random = new RandomStream(3);
        var voxels = Enumerable.Range(0, 4097).Select(_ => (float)random.NextGaussian() + 40).ToArray();
        var changed = voxels.ToArray();
        GammaChange.Change(changed, 1.5f, inverts: true);

        Assert.AreEqual(voxels.Average(), changed.Average(), 1e-3f);
        Assert.AreEqual(Deviation(voxels), Deviation(changed), 1e-3);
        Assert.AreNotEqual(voxels[0], changed[0]);
    }

    [TestMethod]
    public void GaussianBlur_PointInTheMiddle_HasTheKernelsWidthAlongEachAxis()
    {
        foreach (var axis in Enumerable.Range(0, 3))
        {
            var shape = new VolumeShape(1, 11, 13, 15);
            var voxels = new float[shape.ChannelCount];
            voxels[(((5 * 13) + 6) * 15) + 7] = 1;
            LineFilter.Convolve(voxels, shape.Along(axis), LineFilter.Gaussian(0.8));

            Assert.AreEqual(1, voxels.Sum(), 1e-5f);
            var middle = new[] { 7, 6, 5 }[axis];
            int Place(int i) => axis switch { 0 => i % 15, 1 => i / 15 % 13, _ => i / (15 * 13) };
            Assert.AreEqual(0.64, voxels.Select((v, i) => v * Math.Pow(Place(i) - middle, 2)).Sum(), 0.01);
        }
    }

    private static PatchAugmentation Certain(string key) => AugmentationList.Find(key).Default switch
    {
        Mirroring mirroring => mirroring with { Axes = VolumeAxes.All },
        GaussianBlur blur => blur with { Probability = 1, ChannelProbability = 1 },
        LowResolution low => low with { Probability = 1, ChannelProbability = 1 },
        var step => step with { Probability = 1 },
    };

    // A bright ball away from the middle, on a dark ground with a little texture.
    private static (TrainingCase Source, ClassMap Classes) Landmark()
    {
        var voxels = new float[64 * 64 * 64];
        var values = new byte[voxels.Length];
        for (var i = 0; i < voxels.Length; i++)
        {
            var (x, y, z) = (i % 64, i / 64 % 64, i / 4096);
            var distance = Math.Sqrt(Math.Pow(x - 36, 2) + Math.Pow(y - 29, 2) + Math.Pow(z - 33, 2));
            values[i] = distance < 8 ? (byte)1 : (byte)0;
            voxels[i] = (float)(10 / (1 + Math.Exp(2 * (distance - 8)))) + (0.01f * ((x ^ y ^ z) & 1));
        }

        var labels = LabelVolume.Create(values, new(1, 64, 64, 64));
        var classes = new ClassMap([new(0, "background"), new(1, "ball")]);
        return (new TrainingCase(0, Volume.Create(voxels, new(1, 64, 64, 64)), labels, ForegroundIndex.Build(labels, classes)), classes);
    }

    private static (float[] Image, long[] Labels) Draw(
        TrainingCase source,
        ClassMap classes,
        IReadOnlyList<PatchAugmentation> steps,
        int seed
    )
    {
        var (image, labels) = (new float[Shape.ChannelCount], new long[Shape.ChannelCount]);
        AugmentedPatch.Read(steps, source, classes, new PaddedBox(8, 8, 8, 48, 48, 48), new RandomStream(seed), image, labels);
        return (image, labels);
    }

    private static Vector3D Centroid(IEnumerable<double> weights)
    {
        var (sum, total, i) = (default(Vector3D), 0.0, 0);
        foreach (var weight in weights)
        {
            sum += new Vector3D(i % 48, i / 48 % 48, i / 2304) * weight;
            total += weight;
            i++;
        }

        return sum * (1 / total);
    }

    private static double Deviation(float[] values)
    {
        var mean = values.Average(v => (double)v);
        return Math.Sqrt(values.Average(v => Math.Pow(v - mean, 2)));
    }
}
