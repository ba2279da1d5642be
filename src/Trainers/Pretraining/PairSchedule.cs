using Microsoft.ML.MedicalSegmentation.Data;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Pretraining;

/// <summary>Two images whose views are a positive pair: different ones of one patient where there are two, else one image twice.</summary>
/// <param name="First">The image of the first view.</param>
/// <param name="Second">The image of the second view.</param>
/// <param name="Patient">The patient of both.</param>
internal readonly record struct ImagePair(int First, int Second, int Patient);

/// <summary>Which pairs each step of an epoch sees. Depends on the seed and the epoch alone.</summary>
/// <remarks>Every image is the first of a pair about equally often. Azizi et al. 2021, MICLe, https://arxiv.org/abs/2101.05224.</remarks>
internal sealed class PairSchedule
{
    private readonly IReadOnlyList<int> _patients;
    private readonly ILookup<int, int> _images;
    private readonly int _batchSize;
    private readonly long _seed;
    private readonly CaseSchedule _schedule;

    /// <param name="patients">The patient of each image.</param>
    /// <param name="batchSize">Pairs per step.</param>
    /// <param name="stepsPerEpoch">
    /// Steps per epoch; 0 for as many as it takes to see each image once, the last step being filled up.
    /// </param>
    /// <param name="seed">Decides order and partners.</param>
    public PairSchedule(IReadOnlyList<int> patients, int batchSize, int stepsPerEpoch, long seed)
    {
        _patients = patients;
        _images = Enumerable.Range(0, patients.Count).ToLookup(image => patients[image]);
        _batchSize = batchSize;
        _seed = seed;
        StepsPerEpoch = stepsPerEpoch > 0 ? stepsPerEpoch : (patients.Count + batchSize - 1) / batchSize;
        _schedule = new(patients.Count, batchSize, StepsPerEpoch, seed);
    }

    /// <summary>Steps of one epoch.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>The pairs of each step of an epoch, in order.</summary>
    /// <param name="epoch">From 1.</param>
    public IReadOnlyList<ImagePair[]> Epoch(int epoch)
    {
        var random = new RandomStream(_seed, StreamKeys.Pair, epoch);
        return
        [
            .. _schedule.Epoch(epoch).Select(first => new ImagePair(first, Partner(first, random), _patients[first])).Chunk(_batchSize),
        ];
    }

    private int Partner(int first, RandomStream random)
    {
        int[] others = [.. _images[_patients[first]].Where(image => image != first)];
        return others.Length == 0 ? first : others[random.NextInt(others.Length)];
    }
}
