using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.MedicalSegmentation.Data;

/// <summary>Fills the next batches on a thread of its own while a step runs.</summary>
/// <remarks>Three batches exist: one in use, one waiting, one being filled. Their order does not depend on timing.</remarks>
internal sealed class BatchPrefetcher : IDisposable
{
    private const int BatchCount = 3;

    private readonly BlockingCollection<TrainingBatch> _empty = new(BatchCount);
    private readonly BlockingCollection<TrainingBatch> _filled = new(BatchCount);
    private readonly TrainingBatch[] _batches;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts filling.</summary>
    /// <param name="create">Makes an empty batch.</param>
    /// <param name="fillers">One action per step that fills a batch, in order; walked on the prefetcher's thread.</param>
    public BatchPrefetcher(Func<TrainingBatch> create, IEnumerable<Action<TrainingBatch>> fillers)
    {
        _batches = [.. Enumerable.Range(0, BatchCount).Select(_ => create())];
        Array.ForEach(_batches, _empty.Add);
        _thread = new Thread(() => FillAll(fillers)) { IsBackground = true, Name = "Training batches" };
        _thread.Start();
    }

    /// <summary>The next filled batch; give it back by <see cref="Return"/>. Waits for it where needed.</summary>
    /// <exception cref="InvalidOperationException">There are no more batches.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public TrainingBatch Take(CancellationToken cancellationToken)
    {
        if (_filled.TryTake(out var batch, Timeout.Infinite, cancellationToken))
        {
            return batch;
        }

        _failure?.Throw();
        throw new InvalidOperationException("All batches have been taken.");
    }

    /// <summary>Lets a batch be filled again; its tensors must no longer be in use.</summary>
    public void Return(TrainingBatch batch) => _empty.Add(batch);

    /// <summary>Stops filling and frees the batches.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        Array.ForEach(_batches, batch => batch.Dispose());
        _empty.Dispose();
        _filled.Dispose();
        _stop.Dispose();
    }

    private void FillAll(IEnumerable<Action<TrainingBatch>> fillers)
    {
        try
        {
            foreach (var fill in fillers)
            {
                var batch = _empty.Take(_stop.Token);
                fill(batch);
                _filled.Add(batch, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Dispose asked for it; nobody waits for batches any more.
        }
        catch (Exception e)
        {
            // Thrown again where the training thread asks for the next batch.
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            _filled.CompleteAdding();
        }
    }
}
