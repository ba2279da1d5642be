namespace Microsoft.ML.MedicalSegmentation.Scoring.Models;

/// <summary>What one must know to run a network, whatever it takes and gives.</summary>
internal interface INetworkInfo
{
    /// <summary>3 where the network's input is [N, C, D, H, W], 2 where it is [N, C, H, W].</summary>
    int SpatialDimensions { get; }

    /// <summary>Fails if a value is impossible; names every fault at once.</summary>
    /// <exception cref="ArgumentException">A value is impossible.</exception>
    void Validate();
}
