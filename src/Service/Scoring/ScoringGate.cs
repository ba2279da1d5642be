using Microsoft.Extensions.Options;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;

/// <summary>
/// Bounds how many volumes are scored at once, and how much memory they take together; the others wait in the order of their arrival.
/// </summary>
internal sealed class ScoringGate(IOptions<SegmentationServiceOptions> options)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Turn)> _waiting = new();
    private int _running;
    private long _bytes;
    private long _turns;

    /// <summary>What goes on now.</summary>
    public (int Running, int Waiting, long Memory) Load
    {
        get
        {
            lock (_lock)
            {
                return (_running, _waiting.Count, _bytes);
            }
        }
    }

    /// <summary>Turns that have begun.</summary>
    public long Turns => Interlocked.Read(ref _turns);

    /// <summary>Waits for a turn; disposing the result ends it.</summary>
    /// <param name="bytes">Memory that the volume takes; at most <see cref="SegmentationServiceOptions.MemoryBytes"/>.</param>
    /// <param name="mayRefuse">True to fail where too many wait already.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ServiceFault">Too many wait.</exception>
    public async Task<IDisposable> Enter(long bytes, bool mayRefuse, CancellationToken cancellationToken)
    {
        LinkedListNode<(long Bytes, TaskCompletionSource Turn)> place;
        lock (_lock)
        {
            if (_waiting.Count == 0 && Fits(bytes))
            {
                return Take(bytes);
            }

            if (mayRefuse && _waiting.Count >= options.Value.MaximumWaiting)
            {
                throw new ServiceFault(
                    503,
                    "busy",
                    $"{_waiting.Count} requests wait already. Try again later, or send the volume as a job."
                );
            }

            place = _waiting.AddLast((bytes, new(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        try
        {
            await place.Value.Turn.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new Turn(this, bytes);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (place.List is not null)
                {
                    _waiting.Remove(place);
                    Admit();
                    throw;
                }
            }

            // The turn came at the same moment.
            Leave(bytes);
            throw;
        }
    }

    private bool Fits(long bytes) => _running < options.Value.MaximumConcurrency && _bytes + bytes <= options.Value.MemoryBytes;

    private Turn Take(long bytes)
    {
        _running++;
        _bytes += bytes;
        Interlocked.Increment(ref _turns);
        return new(this, bytes);
    }

    private void Leave(long bytes)
    {
        lock (_lock)
        {
            _running--;
            _bytes -= bytes;
            Admit();
        }
    }

    private void Admit()
    {
        while (_waiting.First is { } first && Fits(first.Value.Bytes))
        {
            _waiting.RemoveFirst();
            Take(first.Value.Bytes);
            first.Value.Turn.SetResult();
        }
    }

    private sealed class Turn(ScoringGate gate, long bytes) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                gate.Leave(bytes);
            }
        }
    }
}
