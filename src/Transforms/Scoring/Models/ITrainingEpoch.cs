namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>What is noted of one epoch of some training.</summary>
internal interface ITrainingEpoch
{
    /// <summary>Which epoch, from 1.</summary>
    int Epoch { get; }
}
