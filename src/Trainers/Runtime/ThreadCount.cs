using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Runtime;

/// <summary>Sets the number of threads that libtorch computes with, for the whole process, until it is disposed.</summary>
/// <remarks>Of several at once the last one made decides; when all are disposed, the number is what it was before the first.</remarks>
internal sealed class ThreadCount : IDisposable
{
    private static readonly Lock Gate = new();
    private static int before;
    private static int users;
    private bool _isDisposed;

    /// <param name="threads">The number; 0 for one per processor.</param>
    public ThreadCount(int threads)
    {
        lock (Gate)
        {
            before = users++ == 0 ? get_num_threads() : before;
            set_num_threads(threads > 0 ? threads : Environment.ProcessorCount);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Gate)
        {
            if (!_isDisposed && --users == 0)
            {
                set_num_threads(before);
            }

            _isDisposed = true;
        }
    }
}
