namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a grid attention gate turns the sum of skip and gating signal into weights.</summary>
public enum GateActivation
{
    /// <summary>ReLU, then a sigmoid: weights in (0, 1). The paper's.</summary>
    Sigmoid,

    /// <summary>Softplus instead of the ReLU, then a sigmoid.</summary>
    SoftplusSigmoid,

    /// <summary>ReLU, then a softmax over all positions: weights sum to 1.</summary>
    SpatialSoftmax,
}
