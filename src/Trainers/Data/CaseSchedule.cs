using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Data;

/// <summary>Which cases each step of an epoch sees. Depends on the seed and the epoch alone.</summary>
internal sealed class CaseSchedule
{
    private readonly int _cases;
    private readonly int _batchSize;
    private readonly int _stepsPerEpoch;
    private readonly long _seed;

    /// <param name="cases">Number of training cases, at least 1.</param>
    /// <param name="batchSize">Patches per step.</param>
    /// <param name="stepsPerEpoch">
    /// Steps per epoch; 0 for as many as it takes to see each case once, the last batch being smaller where the cases do not divide.
    /// </param>
    /// <param name="seed">Decides the order.</param>
    public CaseSchedule(int cases, int batchSize, int stepsPerEpoch, long seed)
    {
        _cases = cases;
        _batchSize = batchSize;
        _stepsPerEpoch = stepsPerEpoch;
        _seed = seed;
    }

    /// <summary>The most samples of a step.</summary>
    public int BatchSize => _batchSize;

    /// <summary>Steps of one epoch.</summary>
    public int StepsPerEpoch => _stepsPerEpoch > 0 ? _stepsPerEpoch : (_cases + _batchSize - 1) / _batchSize;

    /// <summary>Samples of a step; the last step of an epoch may have fewer.</summary>
    /// <param name="step">From 0.</param>
    public int SamplesOf(int step) => _stepsPerEpoch > 0 ? _batchSize : Math.Min(_batchSize, _cases - (step * _batchSize));

    /// <summary>The case of each sample of an epoch, in order; a batch takes the next ones.</summary>
    /// <param name="epoch">From 1.</param>
    public int[] Epoch(int epoch)
    {
        var random = new RandomStream(_seed, StreamKeys.Schedule, epoch);
        if (_stepsPerEpoch == 0)
        {
            return random.Permutation(_cases);
        }

        // Whole rounds over the cases, so that no case is seen twice more often than another.
        var order = new int[_stepsPerEpoch * _batchSize];
        for (var start = 0; start < order.Length; start += _cases)
        {
            var round = random.Permutation(_cases);
            round.AsSpan(0, Math.Min(_cases, order.Length - start)).CopyTo(order.AsSpan(start));
        }

        return order;
    }
}

/// <summary>Tells streams of one seed apart.</summary>
internal static class StreamKeys
{
    public const long Schedule = 1;
    public const long Patch = 2;
    public const long Step = 3;
    public const long Pair = 4;
}
