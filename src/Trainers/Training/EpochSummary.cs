namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Where a training is: the epoch, from 1, the step in it, from 0, the steps before it, and the share that is done.</summary>
internal readonly record struct StepPlace(int Epoch, int Step, long StepsBefore, double ShareDone);

/// <summary>What every training notes of an epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Loss">Mean loss of the steps.</param>
/// <param name="Rate">Learning rate of the last step.</param>
/// <param name="Seconds">Since training began.</param>
/// <param name="StepsPerSecond">In this epoch.</param>
/// <param name="WaitedShare">Share of the epoch in which steps waited for batches.</param>
internal sealed record EpochSummary(
    int Epoch,
    int Steps,
    double Loss,
    double Rate,
    double Seconds,
    double StepsPerSecond,
    double WaitedShare
);
