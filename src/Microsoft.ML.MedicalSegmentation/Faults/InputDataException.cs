namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// The data is to blame: a volume that a model or transform cannot use, a case that cannot be trained on, or a damaged list, plan, model or
/// weights file.
/// <see cref="VolumeFormatException"/> reports files that cannot be read as a volume.
/// </summary>
public class InputDataException : MedicalSegmentationException
{
    /// <summary>Reports a fault of the data.</summary>
    /// <param name="message">What was given, what is required, what to do.</param>
    /// <param name="innerException">The cause. Default: none.</param>
    public InputDataException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
