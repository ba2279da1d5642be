using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Memory of long trainings, and of many trainings in one process.</summary>
/// <remarks>MEDSEG_FIT_CYCLES sets the number of trainings; 1,000 take several minutes.</remarks>
[TestClass]
[DoNotParallelize]
public sealed class TrainingMemoryTests
{
    private const string CyclesVariable = "MEDSEG_FIT_CYCLES";
    private const int UsualCycles = 14;
    private const int CyclesToSettle = 6;
    private const long Slack = 24L << 20;

    // Fit builds the network to check it before any volume is read, and again to train it.
    private const int NetworksOfATraining = 2;

    [TestMethod]
    public void Fit_ManySteps_KeepsTheSameTensorsFromStepToStep()
    {
        var context = new MLContext(seed: 1);
        var alive = new List<long>();
        using var model = TwoBalls.BriefTrainer(context, options => options with
        {
            Augmentation = AugmentationPresets.NnUNet(VolumeAxes.All),
            Sampling = options.Sampling with { StepsPerEpoch = 60, BatchSize = 1 },
            Optimization = options.Optimization with { MaxEpoch = 1 },
            ProgressCallback = _ => alive.Add(Tensor.TotalCount),
        }).Fit(TwoBalls.Data(context, 3));

        // The first steps make the optimiser's state. The count is the process's: tensors of earlier tests may be finalised meanwhile.
        Assert.IsLessThanOrEqualTo(alive[2], alive[^1], string.Join(", ", alive));
    }

    [TestMethod]
    public void Fit_AgainAndAgain_LeavesNoTensorAndTakesNoMoreMemory()
    {
        var cycles = int.TryParse(Environment.GetEnvironmentVariable(CyclesVariable), out var given) ? given : UsualCycles;
        var context = new MLContext(seed: 1);
        var data = TwoBalls.Data(context, 1);
        var trainer = TwoBalls.BriefTrainer(context, options => options with { Optimization = options.Optimization with { MaxEpoch = 1 } });
        var network = new AttentionUNetOptions { Width = 4, Depth = 3, InputChannels = 1, Classes = 3 };
        var miscounted = Growth(() => network.CreateNetwork().Dispose());
        var (tensors, memory) = (0L, 0L);
        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            trainer.Fit(data).Dispose();
            if (cycle == CyclesToSettle)
            {
                (tensors, memory) = Used();
            }
        }

        // TorchSharp counts the tensor that a parameter is made of, and does not take it off when its handle moves into the parameter. So
        // each network that is built and disposed raises the count by its parameters, although nothing is left; a training may raise it by
        // no more.
        var (tensorsAfter, memoryAfter) = Used();
        Assert.AreEqual(
            miscounted * NetworksOfATraining * (cycles - CyclesToSettle),
            tensorsAfter - tensors,
            $"Tensors are left; a network is miscounted by {miscounted}."
        );
        Assert.IsLessThanOrEqualTo(
            memory + Slack,
            memoryAfter,
            $"{memory >> 20} MiB after {CyclesToSettle} trainings, {memoryAfter >> 20} MiB after {cycles}."
        );
    }

    [TestMethod]
    public void Parameter_MadeAndDisposed_LeavesNoMemoryWhateverTheCountSays()
    {
        const int Megabytes = 4;
        void Make() => new TorchSharp.Modules.Parameter(zeros(Megabytes << 18)).Dispose();
        Make();
        var before = Used().Memory;
        for (var i = 0; i < 100; i++)
        {
            Make();
        }

        Assert.IsLessThanOrEqualTo(before + Slack, Used().Memory, "Parameters of 400 MiB were made and disposed.");
    }

    private static long Growth(Action action)
    {
        action();
        var before = Used().Tensors;
        action();
        return Used().Tensors - before;
    }

    private static (long Tensors, long Memory) Used()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return (Tensor.TotalCount, Environment.WorkingSet);
    }
}
