using System.Diagnostics;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Waits for what other processes and threads do.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until something is so.</summary>
    /// <returns>False where it takes longer than the limit.</returns>
    public static async Task<bool> For(Func<Task<bool>> isSo, TimeSpan limit)
    {
        for (var clock = Stopwatch.StartNew(); !await isSo(); await Task.Delay(Pause))
        {
            if (clock.Elapsed > limit)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc cref="For(Func{Task{bool}}, TimeSpan)"/>
    public static Task<bool> For(Func<bool> isSo, TimeSpan limit) => For(() => Task.FromResult(isSo()), limit);

    /// <summary>Waits until something is so; the test fails where it takes longer than the limit.</summary>
    /// <param name="isSo">Asked every 50 ms.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="message">What is said then.</param>
    public static async Task Until(Func<bool> isSo, TimeSpan limit, Func<string> message)
    {
        if (!await For(isSo, limit))
        {
            Assert.Fail($"After {limit}: {message()}");
        }
    }
}
