using System.Diagnostics;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>Asks for health ten times a second, and keeps the slowest answer and the most memory since it was last asked.</summary>
internal sealed class Watch : IAsyncDisposable
{
    private readonly ServiceNode _node;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _asking;
    private readonly Lock _lock = new();
    private double _slowest;
    private double _most;
    private int _asked;
    private int _failed;

    public Watch(ServiceNode node)
    {
        _node = node;
        _client = new() { BaseAddress = node.Address, Timeout = TimeSpan.FromSeconds(30) };
        _asking = Task.Run(Ask);
    }

    /// <summary>
    /// What was seen since the last call: health checks, those that failed, the slowest in seconds, the most memory in MB.
    /// </summary>
    public (int Asked, int Failed, double Slowest, double Memory) Take()
    {
        lock (_lock)
        {
            var seen = (_asked, _failed, _slowest, _most);
            (_asked, _failed, _slowest, _most) = (0, 0, 0, 0);
            return seen;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _asking;
        _client.Dispose();
        _end.Dispose();
    }

    private async Task Ask()
    {
        while (!_end.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            var isHealthy = false;
            try
            {
                isHealthy = await _client.GetStringAsync("health") == "Healthy";
            }
            catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
            {
                // Counted below.
            }

            lock (_lock)
            {
                _asked++;
                _failed += isHealthy ? 0 : 1;
                _slowest = Math.Max(_slowest, clock.Elapsed.TotalSeconds);
                _most = Math.Max(_most, _node.Memory.Now);
            }

            await Task.Delay(100);
        }
    }
}
