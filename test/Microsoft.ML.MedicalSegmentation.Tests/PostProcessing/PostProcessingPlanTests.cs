using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.PostProcessing;

[TestClass]
public sealed class PostProcessingPlanTests
{
    [TestMethod]
    public void KeepLargestComponent_OfAllForeground_LeavesOneRegionOfSeveralClasses()
        => AssertBecomes("110220/000200/100000", "000220/000200/000000", new KeepLargestComponent());

    [TestMethod]
    public void KeepLargestComponent_OfAClass_LeavesOtherClasses()
        => AssertBecomes("110220/000000/100002", "110220/000000/000002", new KeepLargestComponent { Labels = [1] });

    [TestMethod]
    public void RemoveSmallComponents_CountsMillimetres()
    {
        // Voxels of 2 mm³: regions of 6, 4 and 2 mm³.
        AssertBecomes("111022/000000/100000", "111022/000000/000000", new RemoveSmallComponents { MinimumVolume = 4 });
        AssertBecomes("111022/000000/100000", "111000/000000/000000", new RemoveSmallComponents { MinimumVolume = 4.5 });
        AssertBecomes("111022/000000/100000", "111000/000000/100000", new RemoveSmallComponents { MinimumVolume = 5, Labels = [2] });
    }

    [TestMethod]
    public void RemoveSmallComponents_AcrossACorner_FollowsTheConnectivity()
    {
        AssertBecomes("100000/011000/000000", "100000/011000/000000", new RemoveSmallComponents { MinimumVolume = 6 });
        AssertBecomes(
            "100000/011000/000000",
            "000000/011000/000000",
            new RemoveSmallComponents { MinimumVolume = 4, Connectivity = VoxelConnectivity.Faces }
        );
    }

    [TestMethod]
    public void FillHoles_FillsBackgroundOnly_AndNotWhatIsOpen()
        => AssertBecomes("11111/10201/11111/10000/11000", "11111/11211/11111/10000/11000", new FillHoles());

    [TestMethod]
    public void FillHoles_OfAVolume_NeedsAShellOnAllSides()
    {
        var labels = new byte[125];
        for (var i = 0; i < 125; i++)
        {
            labels[i] = (i % 5) is 0 or 4 || (i / 5 % 5) is 0 or 4 || (i / 25) is 0 or 4 ? (byte)3 : (byte)0;
        }

        var filled = new PostProcessingPlan(new FillHoles()).Apply(LabelVolume.Create(labels, new(1, 5, 5, 5)));
        Assert.AreEqual(125, filled.CountValues()[3]);
        Assert.AreEqual(0, labels[62], "The input stays as it was.");
        labels[12] = 0;
        Assert.AreEqual(97, new PostProcessingPlan(new FillHoles()).Apply(LabelVolume.Create(labels, new(1, 5, 5, 5))).CountValues()[3]);
    }

    [TestMethod]
    public void SmoothLabels_RemovesSpecksAndFillsNotches()
    {
        AssertBecomes("00000/00100/00000", "00000/00000/00000", new SmoothLabels { Radius = 1 });
        AssertBecomes("11111/11011/11111", "11111/11111/11111", new SmoothLabels { Radius = 1 });
        AssertBecomes("1122/1122", "1122/1122", new SmoothLabels { Radius = 1 });
    }

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(1.0)]
    [DataRow(2.1)]
    [DataRow(4.0)]
    public void SmoothLabels_OfRandomLabels_GivesTheMajorityWithinTheRadius(double radius)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new RandomStream(seed);
            var shape = new VolumeShape(1, random.NextInt(1, 6), random.NextInt(1, 9), random.NextInt(1, 12));
            var values = Enumerable.Range(0, (int)shape.Count).Select(_ => Math.Max(0, random.NextInt(5) - 1)).ToArray();
            var geometry = VolumeGeometry.FromSpacing(1, 0.8, 2);
            var labels = seed % 2 == 0
                ? LabelVolume.Create([.. values.Select(value => (byte)value)], shape, geometry)
                : LabelVolume.Create([.. values.Select(value => (ushort)(value * 300))], shape, geometry);

            var smooth = new PostProcessingPlan(new SmoothLabels { Radius = radius }).Apply(labels);

            for (var at = 0; at < values.Length; at++)
            {
                Assert.AreEqual(Majority(values, shape, at, radius) * (seed % 2 == 0 ? 1 : 300), ValueAt(smooth, at), $"seed {seed}, {at}");
            }
        }
    }

    [TestMethod]
    public void SmoothLabels_RadiusOfManyVoxels_IsRefused() =>
        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() => new PostProcessingPlan(new SmoothLabels { Radius = 40 }).Apply(Draw("10")))
                .Message,
            "at most 15"
        );

    [TestMethod]
    public void RemoveDetached_KeepsRegionsThatTouchTheOtherClasses()
    {
        var step = new RemoveDetached { Label = 2, From = [1] };
        AssertBecomes("112002/000002/200000", "112000/000000/000000", step);
        AssertBecomes("100000/020000/002200", "100000/020000/002200", step);
        AssertBecomes("100000/020000", "100000/000000", step with { Connectivity = VoxelConnectivity.Faces });
        AssertBecomes("112002/000003", "112003/000003", step with { Replacement = 3 });
        AssertBecomes("300022/002200", "300022/002200", step with { From = [1, 3], Label = 4 });
    }

    [TestMethod]
    public void RemoveDetached_ReplacementThatDoesNotFitTheLabels_IsRefused() =>
        StringAssert.Contains(
            Assert
                .ThrowsExactly<ArgumentException>(() =>
                    new PostProcessingPlan(new RemoveDetached { Label = 2, From = [1], Replacement = 300 }).Apply(Draw("102"))
                )
                .Message,
            "8-bit labels"
        );

    [TestMethod]
    public void Choose_KeepsOnlyWhatHelps()
    {
        var truth = Draw("110022/110022/000000");
        var speckOfOne = Draw("110022/110022/000010");

        var plan = PostProcessingPlan.Choose([(truth, speckOfOne), (truth, truth)]);

        // The largest region of all foreground would lose a class, so it is refused.
        Assert.AreEqual(1, plan.Steps.Count);
        CollectionAssert.AreEqual(new[] { 1 }, ((KeepLargestComponent)plan.Steps[0]).Labels.ToArray());
        Assert.AreEqual(0, PostProcessingPlan.Choose([(truth, truth)]).Steps.Count);
        Assert.ThrowsExactly<ArgumentException>(() => PostProcessingPlan.Choose([]));
    }

    [TestMethod]
    public void Choose_WrongVoxelsOfTheIgnoredLabel_SpeakForNoStep()
    {
        var truth = Draw("1102");
        LabelClass[] classes = [new(0, "background"), new(1, "structure"), new(2, "ignore") { IsIgnored = true }];

        Assert.HasCount(1, PostProcessingPlan.Choose([(truth.WithClasses([]), Draw("1101"))]).Steps);
        Assert.HasCount(0, PostProcessingPlan.Choose([(truth.WithClasses(classes), Draw("1101"))]).Steps);
    }

    [TestMethod]
    public void Json_OfEveryStep_ComesBack()
    {
        PostProcessingPlan plan = new(
            new KeepLargestComponent { Labels = [1, 2] },
            new RemoveSmallComponents { MinimumVolume = 12.5, Connectivity = VoxelConnectivity.Edges },
            new FillHoles(),
            new SmoothLabels { Radius = 1.5 },
            new RemoveDetached { Label = 2, From = [1], Replacement = 3 }
        );

        Assert.AreEqual(plan.ToJson(), PostProcessingPlan.FromJson(plan.ToJson()).ToJson());
        StringAssert.Contains(plan.ToJson(), "\"step\":\"remove-small-components\"");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => PostProcessingPlan.FromJson("{\"steps\":[{\"step\":\"x\"}]}")).Message,
            "fill-holes"
        );
    }

    [TestMethod]
    public void Constructor_WrongOptions_TellsAllFaults()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => new PostProcessingPlan(new RemoveSmallComponents { MinimumVolume = 0 }, new FillHoles { Labels = [0] }));

        StringAssert.Contains(error.Message, "MinimumVolume is 0");
        StringAssert.Contains(error.Message, "FillHoles");
    }

    [TestMethod]
    public void Constructor_RulesThatCannotHold_TellsAllFaults()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            new PostProcessingPlan(
                new SmoothLabels { Radius = double.NaN },
                new RemoveDetached { Label = 2, From = [2], Replacement = 2 },
                new RemoveDetached { Label = 0, From = [] }
            )
        );

        StringAssert.Contains(error.Message, "Radius is NaN");
        StringAssert.Contains(error.Message, "From is [2]");
        StringAssert.Contains(error.Message, "Replacement is 2");
        StringAssert.Contains(error.Message, "Labels are 0");
        StringAssert.Contains(error.Message, "From is []");
    }

    // Counts the voxels within the radius one by one.
    private static int Majority(int[] values, VolumeShape shape, int at, double radius)
    {
        int x = at % shape.Width, y = at / shape.Width % shape.Height, z = at / shape.Width / shape.Height;
        var around = values
            .Where((_, other) =>
            {
                double dx = (other % shape.Width) - x;
                double dy = 0.8 * ((other / shape.Width % shape.Height) - y);
                double dz = 2 * ((other / shape.Width / shape.Height) - z);
                return (dx * dx) + (dy * dy) + (dz * dz) <= (radius * radius) + 1e-9;
            })
            .CountBy(value => value)
            .ToList();
        var most = around.Max(pair => pair.Value);
        var candidates = around.Where(pair => pair.Value == most).Select(pair => pair.Key).ToList();
        return candidates.Contains(values[at]) ? values[at] : candidates.Min();
    }

    private static int ValueAt(LabelVolume labels, int at) =>
        labels.Voxels is Volume<byte> narrow ? narrow.Voxels[at] : ((Volume<ushort>)labels.Voxels).Voxels[at];

    private static void AssertBecomes(string from, string to, PostProcessingStep step)
    {
        var result = new PostProcessingPlan(step).Apply(Draw(from));
        CollectionAssert.AreEqual(Draw(to).Voxels.Bytes.ToArray(), result.Voxels.Bytes.ToArray());
    }

    private static LabelVolume Draw(string rows)
    {
        var lines = rows.Split('/');
        return LabelVolume.Create(
            [.. lines.SelectMany(line => line).Select(digit => (byte)(digit - '0'))],
            new(1, 1, lines.Length, lines[0].Length),
            VolumeGeometry.FromSpacing(1, 1, 2)
        );
    }
}
