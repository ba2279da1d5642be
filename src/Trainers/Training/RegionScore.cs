using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Metrics;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Scores regions, each found where its output is above 0, which is a probability above one half.</summary>
internal sealed class RegionScore(RegionMap regions, ClassMap classes) : SliceScore
{
    private const int Ignored = 2;

    private readonly LabelConfusion[] _confusions = [.. regions.Regions.Select(_ => new LabelConfusion([0, 1], [Ignored]))];

    public override void Add(BlendingSlab slab, int z, ReadOnlySpan<int> truth)
    {
        var (actual, predicted) = (new int[truth.Length], new int[truth.Length]);
        for (var region = 0; region < regions.Count; region++)
        {
            var logits = slab.Slice(region, z);
            for (var i = 0; i < truth.Length; i++)
            {
                actual[i] = truth[i] == classes.IgnoredIndex ? Ignored : regions.Contains(region, truth[i]) ? 1 : 0;
                predicted[i] = logits[i] > 0 ? 1 : 0;
            }

            _confusions[region].Add<int>(actual, predicted);
        }
    }

    public override IEnumerable<OverlapCounts> Overlaps => _confusions.Select(confusion => confusion.OverlapOf(1));
}
