using System.Diagnostics;

namespace Microsoft.ML.MedicalSegmentation.Data;

/// <summary>Fills the next batches on threads of its own while a step runs.</summary>
/// <remarks>
/// Two more batches exist than workers: one in use, one waiting. The order of the batches and what is in them depend on the fillers alone,
/// not on the number of workers or on timing.
/// </remarks>
/// <typeparam name="TBatch">What is filled and used again.</typeparam>
internal sealed class BatchPrefetcher<TBatch> : IDisposable
    where TBatch : IDisposable
{
    private readonly TBatch[] _batches;
    private readonly IEnumerator<Action<TBatch>> _fillers;
    private readonly Queue<Task<TBatch>> _pending = new();
    private readonly TaskScheduler _workers;
    private readonly CancellationTokenSource _stop = new();
    private readonly Stopwatch _waiting = new();

    /// <summary>Starts filling.</summary>
    /// <param name="create">Makes an empty batch.</param>
    /// <param name="fillers">One action per step that fills a batch, in order; several run at once.</param>
    /// <param name="workers">How many run at once, at least 1.</param>
    public BatchPrefetcher(Func<TBatch> create, IEnumerable<Action<TBatch>> fillers, int workers = 1)
    {
        _workers = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, workers).ConcurrentScheduler;
        _fillers = fillers.GetEnumerator();
        _batches = [.. Enumerable.Range(0, workers + 2).Select(_ => create())];
        Array.ForEach(_batches, Return);
    }

    /// <summary>How long <see cref="Take"/> has waited, all calls together.</summary>
    public TimeSpan Waited => _waiting.Elapsed;

    /// <summary>The next filled batch; give it back by <see cref="Return"/>. Waits for it where needed.</summary>
    /// <exception cref="InvalidOperationException">There are no more batches.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public TBatch Take(CancellationToken cancellationToken)
    {
        if (!_pending.TryDequeue(out var next))
        {
            throw new InvalidOperationException("All batches have been taken.");
        }

        _waiting.Start();
        try
        {
            next.WaitAsync(cancellationToken).GetAwaiter().GetResult();
            return next.Result;
        }
        finally
        {
            _waiting.Stop();
        }
    }

    /// <summary>Lets a batch be filled again; its tensors must no longer be in use.</summary>
    public void Return(TBatch batch)
    {
        if (!_fillers.MoveNext())
        {
            return;
        }

        var fill = _fillers.Current;
        _pending.Enqueue(Task.Factory.StartNew(
            () =>
            {
                fill(batch);
                return batch;
            },
            _stop.Token,
            TaskCreationOptions.None,
            _workers));
    }

    /// <summary>Stops filling and frees the batches.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (var task in _pending)
        {
            // The outcome of a batch that is not taken is ignored.
            task.ContinueWith(
                    done => done.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                )
                .Wait();
        }

        _fillers.Dispose();
        Array.ForEach(_batches, batch => batch.Dispose());
        _stop.Dispose();
    }
}
