using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Synthesis;

/// <summary>The terms of the losses by hand values.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SynthesisLossesTests
{
    [TestMethod]
    public void DifficultyMap_HandValues_WeightsWhatIsTakenForSynthetic()
    {
        using var scope = NewDisposeScope();
        var realness = Row(1, 0.75f, 0).requires_grad_();
        var valid = Row(1, 1, 1);

        var map = SynthesisLosses.DifficultyMap(realness, 2, valid, isRelative: false);
        var relative = SynthesisLosses.DifficultyMap(realness, 2, valid, isRelative: true);
        var inTheVolume = SynthesisLosses.DifficultyMap(realness, 2, Row(1, 1, 0), isRelative: true);

        AssertClose([1, 1.5, 3], map);
        AssertClose([1 / (5.5 / 3), 1.5 / (5.5 / 3), 3 / (5.5 / 3)], relative);
        AssertClose([0.8, 1.2, 2.4], inTheVolume);
        Assert.IsFalse(map.requires_grad, "No gradient flows through the map.");
    }

    [TestMethod]
    public void Reconstruction_HandValues_CountsValidVoxelsAndDifficulty()
    {
        using var scope = NewDisposeScope();
        var (output, target, valid) = (Row(0, 1, 5), Row(1, 4, 0), Row(1, 1, 0));

        Assert.AreEqual(2, SynthesisLosses.Reconstruction(output, target, valid, null, 1).item<float>(), 1e-6);
        Assert.AreEqual(5, SynthesisLosses.Reconstruction(output, target, valid, null, 2).item<float>(), 1e-6);
        Assert.AreEqual(
            ((1 * 1) + (2 * Math.Pow(3, 1.5))) / 2,
            SynthesisLosses.Reconstruction(output, target, valid, Row(1, 2, 9), 1.5).item<float>(),
            1e-5
        );
    }

    [TestMethod]
    public void GradientDifference_HandValues_SumsTheAxes()
    {
        using var scope = NewDisposeScope();

        // Along x the steps of the target are 2 and 1, those of the output 1 and 3: ((2 - 1)² + (1 - 3)²) / 2. Signs do not count.
        Assert.AreEqual(2.5, SynthesisLosses.GradientDifference(Row(0, 1, -2), Row(0, 2, 3), Row(1, 1, 1)).item<float>(), 1e-6);
        Assert.AreEqual(
            1,
            SynthesisLosses.GradientDifference(Row(0, 1, -2), Row(0, 2, 3), Row(1, 1, 0)).item<float>(),
            1e-6,
            "Steps out of the volume do not count."
        );

        // [[0, 1], [3, 3]] and 0: steps along y 3, 2 and along x 1, 0: (9 + 4) / 2 + (1 + 0) / 2.
        var target = tensor(new float[] { 0, 1, 3, 3 }).reshape(1, 1, 1, 2, 2);
        Assert.AreEqual(7, SynthesisLosses.GradientDifference(zeros_like(target), target, ones_like(target)).item<float>(), 1e-6);
        Assert.AreEqual(
            0,
            SynthesisLosses.GradientDifference(ones([1, 1, 1, 1, 1]), ones([1, 1, 1, 1, 1]), ones([1, 1, 1, 1, 1])).item<float>()
        );
    }

    [TestMethod]
    public void Adversarial_UndecidedLogits_GiveLnTwo()
    {
        using var scope = NewDisposeScope();

        Assert.AreEqual(Math.Log(2), SynthesisLosses.ForReal(zeros(3, 1)).item<float>(), 1e-6);
        Assert.AreEqual(Math.Log(1 + Math.Exp(-2)), SynthesisLosses.ForReal(full([2, 1], 2f)).item<float>(), 1e-6);
        Assert.AreEqual(Math.Log(1 + Math.Exp(2)), SynthesisLosses.ForSynthetic(full([2, 1], 2f)).item<float>(), 1e-6);
    }

    private static Tensor Row(params float[] values) => tensor(values).reshape(1, 1, 1, 1, -1);

    private static void AssertClose(double[] expected, Tensor actual)
    {
        var values = actual.detach().data<float>().ToArray();
        Assert.AreEqual(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], values[i], 1e-6);
        }
    }
}
