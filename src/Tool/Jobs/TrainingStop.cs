using MedSeg.Terminal;

namespace MedSeg.Jobs;

/// <summary>
/// What Ctrl-C means to a training: before its first step an end without a model, afterwards an end with the best model so far.
/// </summary>
internal sealed class TrainingStop : IDisposable
{
    private readonly CancellationTokenSource _beforeTheFirstStep = new();
    private readonly CancellationTokenRegistration _registration;
    private volatile bool _hasBegun;

    /// <param name="asked">Cancelled by Ctrl-C.</param>
    public TrainingStop(CancellationToken asked)
    {
        Asked = asked;
        _registration = asked.Register(() =>
        {
            if (_hasBegun)
            {
                Report.Step("Stopping after the step under way; the best model so far is written.");
            }
            else
            {
                _beforeTheFirstStep.Cancel();
            }
        });
    }

    /// <summary>Ends training with the best model so far.</summary>
    public CancellationToken Asked { get; }

    /// <summary>Ends reading and planning.</summary>
    public CancellationToken BeforeTheFirstStep => _beforeTheFirstStep.Token;

    /// <summary>True where the training was asked to stop.</summary>
    public bool IsAsked => Asked.IsCancellationRequested;

    /// <summary>Notes that a step was done.</summary>
    public void Begin() => _hasBegun = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _beforeTheFirstStep.Dispose();
    }
}
