using static TorchSharp.torch;

namespace Microsoft.ML.MedicalSegmentation.Runtime;

/// <summary>Sets the number of threads that libtorch computes with, and puts the old one back when disposed.</summary>
internal sealed class ThreadCount : IDisposable
{
    private readonly int _before = get_num_threads();

    /// <param name="threads">The number; 0 for one per processor.</param>
    public ThreadCount(int threads) => set_num_threads(threads > 0 ? threads : Environment.ProcessorCount);

    /// <inheritdoc/>
    public void Dispose() => set_num_threads(_before);
}
