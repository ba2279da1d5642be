namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// The machine is to blame: a GPU that is missing, a native library that is missing or does not load, or memory that does not suffice.
/// </summary>
public sealed class ExecutionEnvironmentException : MedicalSegmentationException
{
    /// <summary>Reports a fault of the machine.</summary>
    /// <param name="message">What is missing, and what to do.</param>
    /// <param name="innerException">The cause. Default: none.</param>
    public ExecutionEnvironmentException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
