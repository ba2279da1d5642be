namespace Microsoft.ML.MedicalSegmentation;

/// <summary>How a classifier normalises the intensities of an image, each channel by itself.</summary>
public enum ClassificationNormalization
{
    /// <summary>To mean 0 and standard deviation 1 of the image; a constant channel becomes 0.</summary>
    ZScore,

    /// <summary>From the smallest and largest value of the image to 0 and 1; a constant channel becomes 0.</summary>
    MinMax,

    /// <summary>By mean and standard deviation of all training images together, so that how bright an image is remains visible.</summary>
    Dataset,

    /// <summary>Not at all; the pipeline before the classifier normalises.</summary>
    None,
}
