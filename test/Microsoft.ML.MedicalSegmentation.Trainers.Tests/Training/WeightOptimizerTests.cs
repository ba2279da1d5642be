using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

[TestClass]
[DoNotParallelize]
public class WeightOptimizerTests
{
    [TestMethod]
    [DataRow(OptimizerKind.AdamW, 0.1)]
    [DataRow(OptimizerKind.AdamW, 0.0)]
    [DataRow(OptimizerKind.Adam, 0.1)]
    [DataRow(OptimizerKind.Adam, 0.0)]
    [DataRow(OptimizerKind.SgdNesterov, 0.1)]
    [DataRow(OptimizerKind.SgdNesterov, 0.0)]
    public void Step_IsThatOfTorchSharp(OptimizerKind kind, double decay)
    {
        using var scope = NewDisposeScope();
        var options = new OptimizationOptions { Optimizer = kind, LearningRate = 0.01, WeightDecay = decay };
        var (ours, theirs) = (Parameters(), Parameters());
        using var optimizer = WeightOptimizer.Create(options, ours);
        using OptimizerHelper peer = kind switch
        {
            OptimizerKind.AdamW => optim.AdamW(theirs, 0.01, options.AdamBeta1, options.AdamBeta2, 1e-8, decay),
            OptimizerKind.Adam => optim.Adam(theirs, 0.01, options.AdamBeta1, options.AdamBeta2, 1e-8, decay),
            _ => optim.SGD(theirs, 0.01, options.Momentum, dampening: 0, decay, nesterov: true),
        };
        for (var step = 0; step < 4; step++)
        {
            // The second parameter takes part in every other step alone.
            var rate = 0.01 / (step + 1);
            optimizer.ClearGradients();
            Loss(ours, step).backward();
            optimizer.Step(rate, clipNorm: 0.5);
            foreach (var (group, parameter) in peer.ParamGroups.SelectMany(group => theirs.Select(parameter => (group, parameter))))
            {
                group.LearningRate = rate;
                parameter.grad = null;
            }

            Loss(theirs, step).backward();
            nn.utils.clip_grad_norm_(theirs, 0.5);
            peer.step();
        }

        for (var i = 0; i < ours.Length; i++)
        {
            CollectionAssert.AreEqual(theirs[i].data<float>().ToArray(), ours[i].data<float>().ToArray(), $"{kind}, parameter {i}");
        }
    }

    [TestMethod]
    [DataRow(OptimizerKind.AdamW)]
    [DataRow(OptimizerKind.SgdNesterov)]
    public void Step_WhileGarbageIsCollected_TakesItsOwnNumbers(OptimizerKind kind)
    {
        float[] Train(bool isDisturbed)
        {
            using var scope = NewDisposeScope();
            using var stop = new CancellationTokenSource();
            var garbage = isDisturbed
                ? Task.Run(() =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        GC.Collect(0);
                        GC.WaitForPendingFinalizers();
                    }
                })
                : Task.CompletedTask;
            var parameters = Parameters();
            using var optimizer = WeightOptimizer.Create(new() { Optimizer = kind, LearningRate = 1e-3 }, parameters);
            for (var step = 0; step < 400; step++)
            {
                optimizer.ClearGradients();
                Loss(parameters, step).backward();
                optimizer.Step(1e-3, clipNorm: 0);
            }

            stop.Cancel();
            garbage.Wait();
            return [.. parameters.SelectMany(parameter => parameter.data<float>().ToArray())];
        }

        CollectionAssert.AreEqual(Train(isDisturbed: false), Train(isDisturbed: true));
    }

    [TestMethod]
    public void State_NamesWhatEachParameterKeeps()
    {
        using var scope = NewDisposeScope();
        using var adam = WeightOptimizer.Create(new(), Parameters());
        using var descent = WeightOptimizer.Create(new() { Optimizer = OptimizerKind.SgdNesterov }, Parameters());

        CollectionAssert.AreEquivalent(
            new[] { "steps", "0.mean", "1.mean", "0.square", "1.square" }, adam.State.Keys.ToList());
        CollectionAssert.AreEquivalent(new[] { "0.velocity", "1.velocity" }, descent.State.Keys.ToList());
    }

    private static Parameter[] Parameters() =>
        [new Parameter(linspace(-1, 1, 24).reshape(4, 6)), new Parameter(linspace(2, -2, 5))];

    private static Tensor Loss(Parameter[] parameters, int step)
    {
        var loss = (parameters[0].square() * linspace(0.5, 3, 24).reshape(4, 6)).sum();
        return step % 2 == 0 ? loss - parameters[1].sin().sum() : loss;
    }
}
