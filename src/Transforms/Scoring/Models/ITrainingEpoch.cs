namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>What is noted of one epoch of some training.</summary>
internal interface ITrainingEpoch
{
    /// <summary>Which epoch, from 1.</summary>
    int Epoch { get; }

    /// <summary>Epochs that training lasts unless it is stopped early.</summary>
    int MaxEpoch { get; }

    /// <summary>True if the weights of this epoch are the best so far.</summary>
    bool IsBest { get; }

    /// <summary>Seconds since training began.</summary>
    double Seconds { get; }
}
