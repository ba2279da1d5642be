using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Losses;

/// <summary>Losses against values computed by hand.</summary>
[TestClass]
public class LossValueTests
{
    // Two voxels, both undecided between two classes; the first is foreground: p = (0.5, 0.5), y = (1, 0).
    private static Tensor Undecided => zeros([1, 2, 1, 1, 2]);

    private static Tensor FirstVoxel => tensor(new long[] { 1, 0 }, [1, 1, 1, 2]);

    [TestMethod]
    public void Dice_HalfCertainVoxels_IsThatOfNnUNet()
    {
        using var scope = NewDisposeScope();

        var loss = new DiceLoss().Compute(Undecided, FirstVoxel).item<float>();

        // (2 x 0.5 + 1e-5) / (1 + 1 + 1e-5) = 0.5000025
        Assert.AreEqual(1 - 0.5000025, loss, 1e-7);
    }

    [TestMethod]
    public void Dice_IncludeBackground_AveragesBothClasses()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 0, 0, 0, (float)Math.Log(3) }, [1, 2, 1, 1, 2]);

        var loss = new DiceLoss { IncludeBackground = true, Smooth = 1e-9 }.Compute(logits, FirstVoxel).item<float>();

        // p(1) = (0.5, 0.75): foreground 2 x 0.5 / (1.25 + 1) = 4/9; background 2 x 0.25 / (0.75 + 1) = 2/7.
        Assert.AreEqual(1 - ((4.0 / 9) + (2.0 / 7)) / 2, loss, 1e-6);
    }

    [TestMethod]
    public void Dice_BatchDice_PoolsSamplesBeforeDividing()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 0, 0, 50, -50 }, [2, 2, 1, 1, 1]);
        var labels = tensor(new long[] { 1, 0 }, [2, 1, 1, 1]);

        // Sample 1: p = 0.5, y = 1. Sample 2: p = 0, y = 0.
        var perSample = new DiceLoss().Compute(logits, labels).item<float>();
        var pooled = new DiceLoss { BatchDice = true }.Compute(logits, labels).item<float>();

        Assert.AreEqual(1 - ((2.0 / 3) + 1) / 2, perSample, 1e-5);
        Assert.AreEqual(1 - 2.0 / 3, pooled, 1e-5);
    }

    [TestMethod]
    [DataRow(0.0, 2.0)]
    [DataRow(1.0, 3.0)]
    public void LogDice_HalfCertain_IsTheLogarithmOfItsDice(double offset, double denominator)
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[] { 1, 0 }, [1, 1, 1, 2]);

        // p = (0.5, 0.5), y = (1, 0): 2 * 0.5 / (1 + 1 + offset).
        var loss = new LogDiceLoss { DenominatorOffset = offset }.Compute(zeros([1, 2, 1, 1, 2], ScalarType.Float32), labels);

        Assert.AreEqual(Math.Log(denominator), loss.item<float>(), 1e-4);
    }

    [TestMethod]
    public void Tversky_EqualWeights_IsDice()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var (logits, labels) = (randn([2, 3, 3, 4, 5]), randint(0, 3, [2, 3, 4, 5], ScalarType.Int64));

        // TP / (TP + FP / 2 + FN / 2) = 2 TP / (2 TP + FP + FN); smoothing of half the size makes the fractions equal.
        var tversky = new TverskyLoss { FalsePositiveWeight = 0.5, FalseNegativeWeight = 0.5, Smooth = 0.5e-5 };

        Assert.AreEqual(new DiceLoss().Compute(logits, labels).item<float>(), tversky.Compute(logits, labels).item<float>(), 1e-6);
    }

    [TestMethod]
    public void Tversky_MissedVoxels_CostMoreThanExtraOnes()
    {
        using var scope = NewDisposeScope();
        var loss = new TverskyLoss();
        var (one, both) = (FirstVoxel, ones([1, 1, 1, 2], ScalarType.Int64));
        static Tensor Certain(Tensor labels) => nn.functional.one_hot(labels, 2).to_type(ScalarType.Float32).permute(0, 4, 1, 2, 3) * 60;

        // TP 1 and FN 1: 1 / (1 + 0.7). TP 1 and FP 1: 1 / (1 + 0.3).
        Assert.AreEqual(1 - 1 / 1.7, loss.Compute(Certain(one), both).item<float>(), 1e-5);
        Assert.AreEqual(1 - 1 / 1.3, loss.Compute(Certain(both), one).item<float>(), 1e-5);
    }

    [TestMethod]
    public void FocalTversky_HalfCertain_IsThePowerOfTheError()
    {
        using var scope = NewDisposeScope();

        // TP 0.5, FP 0.5, FN 0.5: index 0.5 / (0.5 + 0.3 x 0.5 + 0.7 x 0.5) = 0.5.
        Assert.AreEqual(Math.Pow(0.5, 0.75), new FocalTverskyLoss().Compute(Undecided, FirstVoxel).item<float>(), 2e-5);
        Assert.AreEqual(0.5, new FocalTverskyLoss { FocalExponent = 1 }.Compute(Undecided, FirstVoxel).item<float>(), 1e-5);
    }

    [TestMethod]
    public void GeneralizedDice_ClassesOfSizesOneAndThree_WeighsThemNineToOne()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[] { 1, 0, 0, 0 }, [1, 1, 1, 4]);

        // p = 0.5 everywhere. Weights 1 / 9 and 1: 2 (1.5 / 9 + 0.5) / (5 / 9 + 3).
        var loss = new GeneralizedDiceLoss { Smooth = 1e-9 }.Compute(zeros([1, 2, 1, 1, 4]), labels).item<float>();
        Assert.AreEqual(1 - 2 * ((1.5 / 9) + 0.5) / ((5.0 / 9) + 3), loss, 1e-6);

        // Class 2 is absent and weighs 1 as the smallest does: p = 1/3, 2 (1 / 9 + 1 / 3) / ((3 + 4/3) / 9 + (1 + 4/3) + 4/3).
        var three = new GeneralizedDiceLoss { Smooth = 1e-9 }.Compute(zeros([1, 3, 1, 1, 4]), labels).item<float>();
        Assert.AreEqual(1 - 2 * ((1.0 / 9) + (1.0 / 3)) / (((3 + (4.0 / 3)) / 9) + 1 + (8.0 / 3)), three, 1e-6);
    }

    [TestMethod]
    public void TopKCrossEntropy_AQuarter_IsTheMeanOfTheHardestVoxels()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var logits = randn([1, 2, 1, 2, 4]);
        var labels = tensor(new long[] { 0, 1, 1, 0, 1, 0, 255, 1 }, [1, 1, 2, 4]);
        var each = Enumerable.Range(0, 8).Where(i => i != 6).Select(i =>
        {
            var (zero, one) = (logits[0, 0, 0, i / 4, i % 4].item<float>(), logits[0, 1, 0, i / 4, i % 4].item<float>());
            var truth = labels[0, 0, i / 4, i % 4].item<long>() == 1 ? one : zero;
            return Math.Log(Math.Exp(zero) + Math.Exp(one)) - truth;
        }).OrderDescending().ToList();

        // 0.3 of the seven voxels that are not ignored are two.
        Assert.AreEqual(
            (each[0] + each[1]) / 2,
            new TopKCrossEntropyLoss { Fraction = 0.3, IgnoreIndex = 255 }
                .Compute(logits, labels)
                .item<float>(),
            1e-5
        );
        Assert.AreEqual(
            each.Average(),
            new TopKCrossEntropyLoss { Fraction = 1, IgnoreIndex = 255 }
                .Compute(logits, labels)
                .item<float>(),
            1e-5
        );
    }

    [TestMethod]
    public void Boundary_LineOfFiveVoxels_CostsDistancesTimesProbabilities()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[] { 0, 1, 1, 0, 0 }, [1, 1, 1, 5]);
        var loss = new BoundaryLoss { DiceWeight = 0, BoundaryWeight = 1 };

        // phi = (0.5, -0.5, -0.5, 0.5, 1.5); p - y = (0.5, -0.5, -0.5, 0.5, 0.5).
        Assert.AreEqual((0.25 + 0.25 + 0.25 + 0.25 + 0.75) / 5, loss.Compute(zeros([1, 2, 1, 1, 5]), labels).item<float>(), 1e-6);

        // The farther voxel is the dearer mistake: p = 1 there costs 1.5, at its neighbour 0.5.
        static Tensor Certain(long[] found) =>
            nn.functional.one_hot(tensor(found, [1, 1, 1, 5]), 2).to_type(ScalarType.Float32).permute(0, 4, 1, 2, 3) * 60;
        Assert.AreEqual(0.5 / 5, loss.Compute(Certain([0, 1, 1, 1, 0]), labels).item<float>(), 1e-6);
        Assert.AreEqual(1.5 / 5, loss.Compute(Certain([0, 1, 1, 0, 1]), labels).item<float>(), 1e-6);
    }

    [TestMethod]
    public void ClDice_BrokenVessel_CostsMoreThanAThinnerOne()
    {
        using var scope = NewDisposeScope();
        var truth = zeros([1, 7, 16], ScalarType.Int64);
        truth[0, TensorIndex.Slice(2, 5), TensorIndex.Slice(1, 15)] = full([3, 14], 1, ScalarType.Int64);
        var broken = truth.clone();
        broken[0, TensorIndex.Slice(2, 5), TensorIndex.Slice(7, 9)] = zeros([3, 2], ScalarType.Int64);
        var nibbled = truth.clone();
        nibbled[0, 2, TensorIndex.Slice(1, 7)] = zeros([6], ScalarType.Int64);
        static Tensor Certain(Tensor labels) => nn.functional.one_hot(labels, 2).to_type(ScalarType.Float32).permute(0, 3, 1, 2) * 60;
        var centreline = new ClDiceLoss { CentrelineWeight = 1 };

        // Both lack six voxels; Dice is the same, and only one has lost its centre line, two of the twelve voxels of the skeleton.
        Assert.AreEqual(
            new DiceLoss().Compute(Certain(broken), truth).item<float>(),
            new DiceLoss().Compute(Certain(nibbled), truth).item<float>(),
            1e-6
        );
        var skeleton = SoftSkeleton.Of(truth.unsqueeze(0).to_type(ScalarType.Float32), 3)[0, 0];
        Assert.AreEqual(1, skeleton[3, 8].item<float>(), "The middle line is the skeleton.");
        Assert.AreEqual(0, skeleton[2, 8].item<float>());
        var sensitivity = 1 - (2 / skeleton.sum().item<float>());
        var loss = centreline.Compute(Certain(broken), truth).item<float>();
        Assert.AreEqual(1 - (2 * sensitivity / (1 + sensitivity)), loss, 1e-5);
        Assert.IsLessThan(loss, centreline.Compute(Certain(nibbled), truth).item<float>());
    }

    [TestMethod]
    public void CrossEntropy_ClassWeights_GiveTorchsWeightedMean()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var (logits, labels) = (randn([2, 3, 3, 4, 5]), randint(0, 3, [2, 3, 4, 5], ScalarType.Int64));
        labels[0, 0] = full([4, 5], -7, ScalarType.Int64);

        var ours = new CrossEntropyLoss { ClassWeights = [0.5, 1, 3], IgnoreIndex = -7 }.Compute(logits, labels);
        var torchs = nn.functional.cross_entropy(logits, labels, tensor(new float[] { 0.5f, 1, 3 }), -7);

        Assert.AreEqual(torchs.item<float>(), ours.item<float>(), 1e-6);
    }

    [TestMethod]
    public void Focal_ExponentZero_IsCrossEntropy()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var (logits, labels) = (randn([2, 3, 3, 4, 5]), randint(0, 3, [2, 3, 4, 5], ScalarType.Int64));

        var focal = new FocalLoss { FocalExponent = 0 }.Compute(logits, labels).item<float>();

        Assert.AreEqual(nn.functional.cross_entropy(logits, labels).item<float>(), focal, 1e-6);
    }

    [TestMethod]
    public void Focal_ExponentTwo_WeighsByTheSquareOfTheError()
    {
        using var scope = NewDisposeScope();

        // p = 0.5 for both voxels: 0.5^2 x ln 2.
        Assert.AreEqual(0.25 * Math.Log(2), new FocalLoss().Compute(Undecided, FirstVoxel).item<float>(), 1e-6);
    }

    [TestMethod]
    public void DiceCrossEntropy_Weights_ScaleTheTerms()
    {
        using var scope = NewDisposeScope();

        var loss = new DiceCrossEntropyLoss { DiceWeight = 2, CrossEntropyWeight = 0.5 }.Compute(Undecided, FirstVoxel).item<float>();

        Assert.AreEqual(2 * (1 - 0.5000025) + 0.5 * Math.Log(2), loss, 1e-6);
    }

    [TestMethod]
    public void DeepSupervision_ThreeOutputs_WeighsFourTwoOne()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var loss = new CrossEntropyLoss();
        var labels = randint(0, 2, [1, 8, 8, 8], ScalarType.Int64);
        Tensor[] outputs = [randn([1, 2, 8, 8, 8]), randn([1, 2, 4, 4, 4]), randn([1, 2, 2, 2, 2])];

        var total = new DeepSupervision(loss).Compute(outputs, labels).item<float>();

        CollectionAssert.AreEqual(new[] { 4.0 / 7, 2.0 / 7, 1.0 / 7 }, new DeepSupervision(loss).Weights(3));
        CollectionAssert.AreEqual(new[] { 2.0 / 3, 1.0 / 3, 0 }, new DeepSupervision(loss, dropCoarsest: true).Weights(3));
        var second = loss.Compute(outputs[1], labels.slice(1, 0, 8, 2).slice(2, 0, 8, 2).slice(3, 0, 8, 2));
        var third = loss.Compute(outputs[2], labels.slice(1, 0, 8, 4).slice(2, 0, 8, 4).slice(3, 0, 8, 4));
        var expected = (4 * loss.Compute(outputs[0], labels) + 2 * second + third) / 7;
        Assert.AreEqual(expected.item<float>(), total, 1e-6);
    }

    [TestMethod]
    public void Find_UnknownKey_ListsTheLosses()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => LossList.Find("hinge"));

        StringAssert.Contains(error.Message, "'hinge'");
        foreach (var entry in LossList.All)
        {
            StringAssert.Contains(error.Message, entry.Key);
        }
    }

    [TestMethod]
    public void Validate_SeveralFaults_AreListedTogether()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            new DiceCrossEntropyLoss
            {
                Smooth = 0,
                DiceWeight = -1,
                ClassWeights = [0, 0],
            }.Validate
        );

        StringAssert.Contains(error.Message, "Smooth is 0");
        StringAssert.Contains(error.Message, "DiceWeight is -1");
        StringAssert.Contains(error.Message, "ClassWeights are 0, 0");
    }

    [TestMethod]
    public void Regions_Undecided_AreHalfDiceAndTheLogarithmOfTwo()
    {
        using var scope = NewDisposeScope();

        // Labels 0, 1, 2, ignored; regions {1, 2} and {2}. p = 0.5: Dice 2 x 1 / (1.5 + 2) and 2 x 0.5 / (1.5 + 1).
        var labels = tensor(new long[] { 0, 1, 2, 3 }, [1, 1, 1, 4]);
        var loss = new RegionLoss { Regions = [[1, 2], [2]], Classes = 3, IgnoreIndex = 3 };

        var value = loss.Compute(zeros([1, 2, 1, 1, 4]), labels).item<float>();

        Assert.AreEqual(1 - (((2 / 3.5) + (1 / 2.5)) / 2) + Math.Log(2), value, 1e-5);
        var perfect = tensor(new float[] { -60, 60, 60, 7, -60, -60, 60, -7 }, [1, 2, 1, 1, 4]);
        Assert.AreEqual(0, loss.Compute(perfect, labels).item<float>(), 1e-6);
        Assert.AreEqual(0, (
                new RegionLoss
                {
                    Regions =
                    [
                        [1, 2],
                    ],
                    Classes = 3,
                }
            ).Compute(perfect.narrow(1, 0, 1), labels.clamp(0, 2)).item<float>(), 1e-2, "A single region has one output.");
    }

    [TestMethod]
    public void Validate_SettingsOfTheOtherLosses_NameTheSetting()
    {
        foreach (var (loss, setting) in new (Loss, string)[]
        {
            (new TopKCrossEntropyLoss { Fraction = 0 }, "Fraction is 0"),
            (new FocalTverskyLoss { FocalExponent = 0 }, "FocalExponent is 0"),
            (new BoundaryLoss { BoundaryWeight = 0 }, "BoundaryWeight is 0"),
            (new ClDiceLoss { Iterations = 0 }, "Iterations is 0"),
            (new GeneralizedDiceLoss { Smooth = 0 }, "Smooth is 0"),
        })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(loss.Validate).Message, setting);
        }
    }
}
