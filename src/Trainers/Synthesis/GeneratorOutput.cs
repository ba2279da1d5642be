namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What ends a generator.</summary>
public enum GeneratorOutput
{
    /// <summary>Nothing: targets are scaled to mean 0 and standard deviation 1, and results may lie beyond those of training.</summary>
    Linear,

    /// <summary>
    /// Hyperbolic tangent: targets are scaled to -1 to 1 by the least and the largest value of training, which no result leaves.
    /// </summary>
    Tanh,
}
