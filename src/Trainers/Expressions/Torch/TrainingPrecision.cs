namespace Microsoft.ML.MedicalSegmentation;

/// <summary>With which numbers a network computes in libtorch. Weights, gradients and losses are always float32.</summary>
public enum TrainingPrecision
{
    /// <summary>32-bit numbers throughout.</summary>
    Float32,

    /// <summary>
    /// Convolutions and matrix products in bfloat16, which has the range of float32 and 8 bits of it; norms over features, softmax and
    /// sums in float32, as PyTorch's autocast does. About twice as fast, with half the memory for features, on GPUs from Ampere on and
    /// on processors with AVX-512 BF16 or AMX; slower elsewhere.
    /// </summary>
    BFloat16,

    /// <summary><see cref="BFloat16"/> on a processor that has instructions for it, else <see cref="Float32"/>.</summary>
    Automatic,
}
