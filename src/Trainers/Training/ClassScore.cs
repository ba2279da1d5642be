using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Metrics;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;

namespace Microsoft.ML.MedicalSegmentation.Training;

/// <summary>Scores classes, of which each voxel has the one with the largest output.</summary>
internal sealed class ClassScore(ClassMap classes) : SliceScore
{
    private readonly LabelConfusion _confusion = new(
        [.. Enumerable.Range(0, classes.Classes.Count)],
        classes.IgnoredIndex is { } ignored ? [ignored] : []
    );

    public override void Add(BlendingSlab slab, int z, ReadOnlySpan<int> truth)
    {
        var prediction = new int[truth.Length];
        SliceClassifier.Classify(slab, classes.Classes.Count, z, prediction);
        _confusion.Add<int>(truth, prediction);
    }

    public override IEnumerable<OverlapCounts> Overlaps => Enumerable.Range(1, classes.Classes.Count - 1).Select(_confusion.OverlapOf);
}
