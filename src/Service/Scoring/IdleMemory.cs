using Microsoft.Extensions.Hosting;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Scoring;

/// <summary>
/// Gives memory back to the system a few seconds after the last volume has been scored, so that an idle service holds its models and little
/// else.
/// </summary>
/// <remarks>
/// The garbage collector alone would keep what the largest volumes took until much else is allocated, which an idle service does not do.
/// </remarks>
internal sealed class IdleMemory(ScoringGate gate) : BackgroundService
{
    private const int QuietTicks = 3;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick);
        var (seen, collected, quiet) = (0L, 0L, 0);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            var load = gate.Load;
            quiet = load.Running > 0 || load.Waiting > 0 || gate.Turns != seen ? 0 : quiet + 1;
            seen = gate.Turns;
            if (quiet >= QuietTicks && collected != seen)
            {
                collected = seen;
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }
}
