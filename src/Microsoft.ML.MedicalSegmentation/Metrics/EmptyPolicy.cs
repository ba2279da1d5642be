namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What an overlap measure is where a class is in neither the truth nor the prediction: 0 / 0.</summary>
/// <remarks>Where the class is in only one of the two, overlap is 0 under every policy.</remarks>
public enum EmptyPolicy
{
    /// <summary>Not a number: the case is left out of the mean and counted as excluded. As nnU-Net.</summary>
    Nan,

    /// <summary>1: nothing was there and nothing was found. As MONAI with ignore_empty off and MedPy from 0.5.</summary>
    One,

    /// <summary>0. As MedPy to 0.4.</summary>
    Zero,
}
