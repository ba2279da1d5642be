namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What turns a network's output into probabilities.</summary>
public enum OutputActivation
{
    /// <summary>One channel per class holds logits; softmax over the channels.</summary>
    Softmax,

    /// <summary>One channel holds the logit of the second of two classes; the logistic function.</summary>
    Sigmoid,

    /// <summary>The network's own last layer: one channel per class holds probabilities.</summary>
    None,
}
