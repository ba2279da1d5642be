using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Compat.Torch;

/// <summary>Five steps from one start; the ends are PyTorch 1.13.1's in float64 (torch.optim, same options and loss).</summary>
[TestClass]
public sealed class OptimizerTests
{
    private static readonly double[] SgdEnd = [0.4949142178816037, -0.48474265364481106, 1.2576286731775943, 2.2975873704701604];

    private sealed class Problem : IDisposable
    {
        private readonly Tensor target = tensor([0.0, 1, 2]);

        public Parameter P { get; } = new(tensor([1.0, -2, 0.5]));

        public Parameter Q { get; } = new(tensor([3.0]));

        public Parameter[] Parameters => [P, Q];

        public void Run(torch.optim.Optimizer optimizer, int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = (P - target).pow(2).sum() * 0.5 * Q.sum() + Q.sin().sum();
                loss.backward();
                optimizer.step();
            }
        }

        public void Check(params double[] expected)
        {
            using var all = cat([P, Q]);
            TensorAssert.AreClose(expected, all, 1e-12);
        }

        public void Dispose()
        {
            P.Dispose();
            Q.Dispose();
            target.Dispose();
        }
    }

    [TestMethod]
    public void AdamW_FiveSteps_EndsWherePyTorchDoes()
    {
        using var problem = new Problem();
        using var optimizer = optim.AdamW(problem.Parameters, 0.1, 0.9, 0.99, 1e-8, 0.05);

        problem.Run(optimizer, 5);

        problem.Check(0.4919708723508113, -1.4598465622916983, 0.9757308648203229, 2.4377302378892103);
    }

    [TestMethod]
    public void AdamW_Amsgrad_EndsWherePyTorchDoes()
    {
        using var problem = new Problem();
        using var optimizer = optim.AdamW(problem.Parameters, 0.1, 0.9, 0.999, 1e-8, 0.05, true);

        problem.Run(optimizer, 5);

        problem.Check(0.4925321310055333, -1.4601343263338364, 0.9753312788336693, 2.438135338614567);
    }

    [TestMethod]
    public void Adam_WeightDecayOrMaximize_EndsWherePyTorchDoes()
    {
        using var problem = new Problem();
        using var optimizer = optim.Adam(problem.Parameters, 0.1, 0.9, 0.999, 1e-8, 0.05);
        problem.Run(optimizer, 5);
        problem.Check(0.5111243946791257, -1.5040204894231277, 0.9926991304455058, 2.506825169397149);

        using var other = new Problem();
        using var maximizer = optim.Adam(other.Parameters, 0.1, 0.9, 0.999, 1e-8, 0, false, true);
        other.Run(maximizer, 5);
        other.Check(1.5022064984746575, -2.5019057754353082, -0.0022164267414115785, 3.5022432059979254);
    }

    [TestMethod]
    public void Sgd_PlainNesterovOrDampened_EndsWherePyTorchDoes()
    {
        using var plain = new Problem();
        using var gradient = optim.SGD(plain.Parameters, 0.05);
        plain.Run(gradient, 5);
        plain.Check(SgdEnd);

        using var nesterov = new Problem();
        using var accelerated = optim.SGD(nesterov.Parameters, 0.05, 0.9, 0, 0.01, true);
        nesterov.Run(accelerated, 5);
        nesterov.Check(-0.2515826627500632, 1.7489757108517097, 2.3658294393281345, 1.1858920863586264);

        using var dampened = new Problem();
        using var damped = optim.SGD(dampened.Parameters, 0.05, 0.9, 0.1);
        dampened.Run(damped, 5);
        dampened.Check(-0.20811798920365396, 1.624353967610962, 2.312176983805481, 1.1860003217792923);
    }

    [TestMethod]
    public void ParamGroups_WithTheirOwnRate_MoveAtIt()
    {
        using var problem = new Problem();
        using var optimizer = optim.SGD(
            [new SGD.ParamGroup([problem.P], 0.05), new SGD.ParamGroup([problem.Q], 0)], 0.05);

        problem.Run(optimizer, 1);

        Assert.AreEqual(3, problem.Q.item<double>());
        TensorAssert.AreClose([0.85, -1.55, 0.725], problem.P, 1e-12);
        CollectionAssert.AreEqual(new[] { 0.05, 0.0 }, optimizer.ParamGroups.Select(group => group.LearningRate).ToArray());
    }

    [TestMethod]
    public void LearningRate_ChangedBetweenSteps_Counts()
    {
        using var problem = new Problem();
        using var optimizer = optim.SGD(problem.Parameters, 123);
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = 0.05;
        }

        problem.Run(optimizer, 5);

        problem.Check(SgdEnd);
    }

    [TestMethod]
    [DataRow("AdamW")]
    [DataRow("SGD")]
    public void StateDict_SavedAndLoaded_ContinuesTheSameWay(string kind)
    {
        OptimizerHelper Make(Problem problem) => kind == "SGD"
            ? optim.SGD(problem.Parameters, 0.05, 0.9, 0, 0.01, true)
            : optim.AdamW(problem.Parameters, 0.1, 0.9, 0.999, 1e-8, 0.05, true);
        using var straight = new Problem();
        using var straightOptimizer = Make(straight);
        straight.Run(straightOptimizer, 5);
        using var first = new Problem();
        using var firstOptimizer = Make(first);
        first.Run(firstOptimizer, 2);
        using var memory = new MemoryStream();
        firstOptimizer.save_state_dict(new BinaryWriter(memory));
        memory.Position = 0;

        using var second = new Problem();
        using (no_grad())
        {
            second.P.copy_(first.P);
            second.Q.copy_(first.Q);
        }

        using var secondOptimizer = Make(second);
        secondOptimizer.load_state_dict(new BinaryReader(memory));
        second.Run(secondOptimizer, 3);

        second.Check([.. straight.P.data<double>(), .. straight.Q.data<double>()]);
    }

    [TestMethod]
    public void LoadStateDict_OfOtherOptimizer_Throws()
    {
        using var problem = new Problem();
        using var adam = optim.AdamW(problem.Parameters);
        using var sgd = optim.SGD(problem.Parameters, 0.1);
        using var memory = new MemoryStream();
        sgd.save_state_dict(new BinaryWriter(memory));
        memory.Position = 0;

        Assert.ThrowsException<InvalidDataException>(() => adam.load_state_dict(new BinaryReader(memory)));
    }

    [TestMethod]
    public void ClipGradNorm_AboveLimit_ScalesAllGradients()
    {
        using var scope = NewDisposeScope();
        using var problem = new Problem();
        problem.P.grad = tensor([3.0, 0, 0]);
        problem.Q.grad = tensor([4.0]);

        Assert.AreEqual(5, nn.utils.clip_grad_norm_(problem.Parameters, 10), 1e-9);
        TensorAssert.AreClose([3, 0, 0], problem.P.grad!);

        Assert.AreEqual(5, nn.utils.clip_grad_norm_(problem.Parameters, 1), 1e-9);
        TensorAssert.AreClose([0.6, 0, 0], problem.P.grad!);
        TensorAssert.AreClose([0.8], problem.Q.grad!);

        nn.utils.clip_grad_value_(problem.Parameters, 0.7);
        TensorAssert.AreClose([0.7], problem.Q.grad!);
    }
}
