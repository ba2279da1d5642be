using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Compat.Torch;

/// <summary>Rates of eight epochs from 0.1 on, as torch.optim.lr_scheduler of PyTorch 1.13.1 gives them.</summary>
[TestClass]
public sealed class LearningRateTests
{
    [TestMethod]
    public void Polynomial_ReachesZeroAndStays() => Check(
        optimizer => lr_scheduler.PolynomialLR(optimizer, 6, 0.9),
        0.1, 0.08486661467891869, 0.06942531626616072, 0.053588673126814666, 0.037204105801130156, 0.019937186647521924, 0, 0);

    [TestMethod]
    public void Step_HalvesEveryThirdEpoch() => Check(
        optimizer => lr_scheduler.StepLR(optimizer, 3, 0.5), 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025);

    [TestMethod]
    public void CosineAnnealing_FallsAndRises() => Check(
        optimizer => lr_scheduler.CosineAnnealingLR(optimizer, 4, 0.01),
        0.1, 0.08681980515339464, 0.055, 0.023180194846605363, 0.01, 0.023180194846605363, 0.055, 0.08681980515339469);

    [TestMethod]
    public void Lambda_MultipliesTheFirstRate() => Check(
        optimizer => lr_scheduler.LambdaLR(optimizer, epoch => 1.0 / (1 + epoch)),
        0.1, 0.05, 0.1 / 3, 0.025, 0.02, 0.1 / 6, 0.1 / 7, 0.0125);

    [TestMethod]
    public void MultiStep_FallsAtMilestones() => Check(
        optimizer => lr_scheduler.MultiStepLR(optimizer, [2, 5], 0.1), 0.1, 0.1, 0.01, 0.01, 0.01, 0.001, 0.001, 0.001);

    [TestMethod]
    public void Exponential_FallsEveryEpoch() => Check(
        optimizer => lr_scheduler.ExponentialLR(optimizer, 0.9),
        0.1, 0.09, 0.081, 0.0729, 0.06561, 0.059049, 0.0531441, 0.04782969);

    private static void Check(Func<Optimizer, lr_scheduler.LRScheduler> make, params double[] expected)
    {
        using var parameter = new Parameter(zeros(1));
        using var optimizer = SGD([parameter], 0.1);
        var scheduler = make(optimizer);
        foreach (var rate in expected)
        {
            Assert.AreEqual(rate, optimizer.ParamGroups.Single().LearningRate, 1e-12);
            Assert.AreEqual(rate, scheduler.get_last_lr().Single(), 1e-12);
            optimizer.step();
            scheduler.step();
        }
    }
}
