using System.Runtime.ExceptionServices;

namespace Microsoft.ML.MedicalSegmentation.Formats.Voxels;

/// <summary>Reads on several threads; a failure reaches the caller as what it is, with its own stack.</summary>
internal static class ParallelReading
{
    /// <summary>Calls <paramref name="read"/> for each number below <paramref name="count"/>.</summary>
    /// <param name="count">How often.</param>
    /// <param name="threads">How many calls may run at once; at least 1.</param>
    /// <param name="read">One part of the work.</param>
    /// <param name="cancellationToken">Ends the work between two calls.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static void For(int count, int threads, Action<int> read, CancellationToken cancellationToken = default)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, read);
        }
        catch (AggregateException faults)
        {
            // Where several parts failed, a fault of the file says most.
            var all = faults.Flatten().InnerExceptions;
            ExceptionDispatchInfo.Throw(all.OfType<VolumeFormatException>().FirstOrDefault() ?? all[0]);
        }
    }
}
