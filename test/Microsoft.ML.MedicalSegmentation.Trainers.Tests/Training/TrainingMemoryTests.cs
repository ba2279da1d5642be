using Microsoft.ML.MedicalSegmentation.Data.Augmentation;
using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Memory of long trainings.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainingMemoryTests
{
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
}
