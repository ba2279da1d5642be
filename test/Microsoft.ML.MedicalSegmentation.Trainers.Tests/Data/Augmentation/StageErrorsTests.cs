using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data.Augmentation;

/// <summary>What happens to the masks of a stage before.</summary>
[TestClass]
public sealed class StageErrorsTests
{
    private static readonly VolumeShape Shape = new(1, 9, 9, 9);

    [TestMethod]
    public void Grow_OneVoxel_IsABallAndComesBack()
    {
        var mask = new float[(int)Shape.Count];
        mask[Offset(4, 4, 4)] = 1;

        var ball = StageErrors.Grow(mask, 1, 2, Shape);

        Assert.AreEqual(33, ball.Sum(), "Offsets whose squares add up to at most 4.");
        Assert.AreEqual((1, 0), (ball[Offset(4, 4, 6)], ball[Offset(4, 5, 6)]));
        CollectionAssert.AreEqual(mask, StageErrors.Grow(ball, 0, 2, Shape));
    }

    [TestMethod]
    public void Apply_ManyTimes_ChangesSomeAndKeepsMasksApart()
    {
        var (changed, removed) = (0, 0);
        for (var draw = 0; draw < 200; draw++)
        {
            var masks = new float[2 * (int)Shape.Count];
            masks[Offset(2, 2, 2)] = masks[Offset(2, 2, 3)] = masks[Offset(7, 7, 7)] = 1;
            masks[(int)Shape.Count + Offset(5, 5, 5)] = 1;
            var before = masks.ToArray();
            StageErrors.Apply(masks, Shape, new(new RandomStream(1, draw)));
            changed += masks.SequenceEqual(before) ? 0 : 1;
            removed += masks[(int)Shape.Count + Offset(5, 5, 5)] == 0 ? 1 : 0;
            Assert.IsTrue(masks.All(value => value is 0 or 1));
            Assert.IsTrue(
                Enumerable.Range(0, (int)Shape.Count).All(i => masks[i] + masks[(int)Shape.Count + i] <= 1),
                "A voxel is in one mask."
            );
        }

        Assert.IsTrue(changed is > 40 and < 160 && removed is > 20 and < 160, $"{changed} changed, {removed} lost the small mask");
    }

    [TestMethod]
    public void Read_CaseWithMasks_ChangesIntensitiesOfTheImageAloneAndMovesBoth()
    {
        // A mask that equals the image's bright part: mirrored together, whatever happens to intensities.
        var shape = new VolumeShape(2, 8, 8, 8);
        var values = new float[(int)shape.Count];
        var labels = new byte[(int)shape.ChannelCount];
        for (var i = 0; i < labels.Length; i++)
        {
            var isMember = i % 8 < 3;
            (values[i], values[labels.Length + i], labels[i]) = (isMember ? 5 : 0, isMember ? 1 : 0, (byte)(isMember ? 1 : 0));
        }

        var truth = LabelVolume.Create(labels, shape.WithChannels(1));
        var classes = new ClassMap([new(0, "background"), new(1, "left")]);
        var source = new TrainingCase(0, Volume.Create(values, shape), truth, ForegroundIndex.Build(truth, classes)) { MaskChannels = 1 };
        PatchAugmentation[] steps = [new Mirroring { Axes = VolumeAxes.Width, Probability = 1 }, new GaussianNoise { Probability = 1 }];
        var (image, indices) = (new float[(int)shape.Count], new long[labels.Length]);
        var (mirrored, agreeing) = (0, 0);
        for (var draw = 0; draw < 40; draw++)
        {
            AugmentedPatch.Read(steps, source, classes, new PaddedBox(0, 0, 0, 8, 8, 8), new RandomStream(2, draw), image, indices);
            Assert.IsFalse(image.AsSpan(0, labels.Length).SequenceEqual(values.AsSpan(0, labels.Length)), "The image has noise.");
            Assert.IsTrue(image[labels.Length..].All(value => value is 0 or 1), "The mask has none.");
            mirrored += indices[0] == 0 ? 1 : 0;
            agreeing += indices.Select(index => (float)index).SequenceEqual(image[labels.Length..]) ? 1 : 0;
        }

        Assert.IsTrue(mirrored is > 5 and < 35, $"{mirrored}");
        Assert.IsTrue(agreeing is > 8 and < 35, $"{agreeing} agree; the others were changed as wrong predictions would be");
    }

    private static int Offset(int z, int y, int x) => (((z * Shape.Height) + y) * Shape.Width) + x;
}
