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
    private const int UsualCycles = 20;
    private const int CyclesToSettle = 5;
    private const long Slack = 48L << 20;

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

        // The first steps make the optimiser's state.
        Assert.AreEqual(alive[2], alive[^1], string.Join(", ", alive));
    }

    [TestMethod]
    public void Fit_AgainAndAgain_LeavesNoTensorAndTakesNoMoreMemory()
    {
        var cycles = int.TryParse(Environment.GetEnvironmentVariable(CyclesVariable), out var given) ? given : UsualCycles;
        var context = new MLContext(seed: 1);
        var data = TwoBalls.Data(context, 1);
        var (tensors, memory) = (0L, 0L);
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            TwoBalls.BriefTrainer(context, options => options with { Optimization = options.Optimization with { MaxEpoch = 1 } }).Fit(data).Dispose();
            if (cycle == CyclesToSettle)
            {
                (tensors, memory) = Used();
            }
        }

        var (tensorsAfter, memoryAfter) = Used();
        Assert.AreEqual(tensors, tensorsAfter, "Tensors are left.");
        Assert.IsTrue(memoryAfter <= memory + Slack, $"{memory >> 20} MiB after {CyclesToSettle} trainings, {memoryAfter >> 20} MiB after {cycles}.");
    }

    private static (long Tensors, long Memory) Used()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return (Tensor.TotalCount, Environment.WorkingSet);
    }
}
