using Microsoft.ML.MedicalSegmentation.Expressions;

namespace Microsoft.ML.MedicalSegmentation.Layers;

/// <summary>Zeroes elements, or whole channels, by chance while training; does nothing in evaluation.</summary>
/// <param name="probability">Chance of a zero, at least 0 and below 1.</param>
/// <param name="wholeChannels">Whether channels are zeroed as a whole.</param>
/// <remarks>Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html.</remarks>
public sealed class Dropout(double probability, bool wholeChannels = false) : Layer
{
    /// <summary>Any shape, [N, C, S] for whole channels -> the same.</summary>
    public TensorExpression Forward(TensorExpression input) =>
        wholeChannels ? input.ChannelDropout(probability, training) : input.Dropout(probability, training);
}
