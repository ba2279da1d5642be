namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The base of the exceptions that report a fault outside the calling code: in the data, or on the machine.</summary>
/// <remarks>
/// <see cref="InputDataException"/> and <see cref="ExecutionEnvironmentException"/> say which of the two. A wrong argument or option is an
/// <see cref="ArgumentException"/>, a call at the wrong time an <see cref="InvalidOperationException"/>, a stop an
/// <see cref="OperationCanceledException"/>, and a file that is missing or cannot be opened keeps .NET's own exception. Every other
/// exception is a fault of this library; please report it.
/// </remarks>
public abstract class MedicalSegmentationException : Exception
{
    private protected MedicalSegmentationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
