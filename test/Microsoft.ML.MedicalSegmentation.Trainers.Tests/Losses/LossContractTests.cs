using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Losses;

/// <summary>What every loss of the list promises.</summary>
[TestClass]
public class LossContractTests
{
    private const int Classes = 3;

    public static IEnumerable<object[]> Keys => LossList.All.Select(entry => new object[] { entry.Key });

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Compute_RandomLogits_IsFiniteAndNotNegative(string key)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var logits = randn([2, Classes, 4, 6, 5]);
        var labels = randint(0, Classes, [2, 4, 6, 5], ScalarType.Int64);

        var loss = LossList.Find(key).Default.Compute(logits, labels).item<float>();

        Assert.IsTrue(float.IsFinite(loss) && loss > 0, $"{key}: {loss}");
    }

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Compute_PerfectAnswer_IsZero(string key)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        var labels = randint(0, Classes, [2, 4, 6, 5], ScalarType.Int64);

        var loss = LossList.Find(key).Default.Compute(Answer(labels, 60), labels).item<float>();

        Assert.AreEqual(0, loss, 1e-5, key);
    }

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Compute_BetterAnswer_IsLess(string key)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var labels = randint(0, Classes, [2, 4, 6, 5], ScalarType.Int64);
        var loss = LossList.Find(key).Default;

        var losses = new[] { -2.0, 0, 1, 3, 8 }
            .Select(confidence => loss.Compute(Answer(labels, confidence), labels).item<float>())
            .ToArray();

        for (var i = 1; i < losses.Length; i++)
        {
            Assert.IsTrue(losses[i] < losses[i - 1], $"{key}: {string.Join(", ", losses)}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Compute_EmptyMask_HasAFiniteGradientThatDoesNotRaiseTheLoss(string key)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(4);
        var start = randn([1, Classes, 4, 4, 4]);
        var labels = zeros([1, 4, 4, 4], ScalarType.Int64);
        var loss = LossList.Find(key).Default;

        var logits = start.clone().requires_grad_();
        var before = loss.Compute(logits, labels);
        before.backward();
        var gradient = logits.grad;

        Assert.IsNotNull(gradient);
        Assert.IsTrue(gradient.isfinite().all().item<bool>(), key);

        // The overlap losses are flat there: 1e-5 voxels of smoothing against all that is wrongly predicted.
        Assert.IsTrue(loss.Compute(start - 0.1 * gradient, labels).item<float>() <= before.item<float>(), key);
    }

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Compute_IgnoredVoxels_CountForNothing(string key)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        var loss = (LossList.Find(key).Default with { IgnoreIndex = 255 });
        var labels = randint(0, Classes, [1, 4, 4, 4], ScalarType.Int64);
        labels[0, 1] = full([4, 4], 255, ScalarType.Int64);
        var logits = randn([1, Classes, 4, 4, 4]);
        var changed = logits.clone();
        changed[0, 2, 1] = full([4, 4], 50, ScalarType.Float32);

        Assert.AreEqual(loss.Compute(logits, labels).item<float>(), loss.Compute(changed, labels).item<float>(), 1e-6, key);
    }

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Compute_EverythingIgnored_IsZeroAndNotNaN(string key)
    {
        using var scope = NewDisposeScope();
        var loss = (LossList.Find(key).Default with { IgnoreIndex = -1 });
        var logits = ones([1, Classes, 4, 4, 4], requires_grad: true);

        var value = loss.Compute(logits, full([1, 4, 4, 4], -1, ScalarType.Int64));
        value.backward();

        Assert.AreEqual(0, value.item<float>(), 1e-6, key);
        Assert.AreEqual(0, logits.grad!.abs().sum().item<float>(), 1e-6, key);
    }

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Compute_Images_AreAcceptedAsVolumesAre(string key)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(6);
        var logits = randn([2, Classes, 1, 7, 5]);
        var labels = randint(0, Classes, [2, 1, 7, 5], ScalarType.Int64);
        var loss = LossList.Find(key).Default;

        Assert.AreEqual(
            loss.Compute(logits, labels).item<float>(), loss.Compute(logits.squeeze(2), labels.squeeze(1)).item<float>(), 1e-6, key);
    }

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Compute_ShapesThatDoNotBelong_NamesBoth(string key)
    {
        using var scope = NewDisposeScope();

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => LossList.Find(key).Default.Compute(zeros([2, Classes, 4, 4, 4]), zeros([2, 4, 4, 5], ScalarType.Int64)));

        StringAssert.Contains(error.Message, "[2, 3, 4, 4, 4]");
        StringAssert.Contains(error.Message, "[2, 4, 4, 5]");
    }

    [TestMethod]
    [DynamicData(nameof(Keys))]
    public void Compute_Gradient_IsThatOfNumericDifferences(string key)
    {
        const double Step = 1e-5;
        using var scope = NewDisposeScope();
        random.manual_seed(7);
        var start = randn([2, Classes, 3, 4, 5], ScalarType.Float64);
        var labels = randint(0, Classes, [2, 3, 4, 5], ScalarType.Int64);
        labels[0, 1, 2] = full([5], 255, ScalarType.Int64);
        var loss = LossList.Find(key).Default with { IgnoreIndex = 255 };
        var logits = start.clone().requires_grad_();
        loss.Compute(logits, labels).backward();
        var gradient = logits.grad!.flatten();
        double At(long index, double change)
        {
            var moved = start.clone();
            moved.view(-1)[index] += change;
            return loss.Compute(moved, labels).item<double>();
        }

        for (var index = 0L; index < start.numel(); index += 7)
        {
            var numeric = (At(index, Step) - At(index, -Step)) / (2 * Step);
            Assert.AreEqual(numeric, gradient[index].item<double>(), 1e-6 + 1e-4 * Math.Abs(numeric), $"{key} at {index}");
        }
    }

    /// <summary>Logits that favour the true class by <paramref name="confidence"/>.</summary>
    private static Tensor Answer(Tensor labels, double confidence)
        => nn.functional.one_hot(labels, Classes).to_type(ScalarType.Float32).permute(0, 4, 1, 2, 3) * confidence;
}
