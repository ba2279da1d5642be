namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// For each pair of classes, how many voxels are the one in the truth and the other in the prediction; pooled over cases.
/// </summary>
/// <remarks>Large structures and large cases weigh more here than in the means over cases.</remarks>
public sealed class ConfusionMatrix
{
    private readonly long[,] _counts;

    internal ConfusionMatrix(IReadOnlyList<LabelClass> classes, IEnumerable<IReadOnlyDictionary<(int Truth, int Prediction), long>> cases)
    {
        Classes = classes;
        _counts = new long[classes.Count, classes.Count];
        var places = classes.Select((c, i) => (c.Value, i)).ToDictionary(pair => pair.Value, pair => pair.i);
        foreach (var ((truth, prediction), voxels) in cases.SelectMany(one => one))
        {
            // Voxels of an ignored label are of no class.
            if (places.TryGetValue(truth, out var row) && places.TryGetValue(prediction, out var column))
            {
                _counts[row, column] += voxels;
            }
        }
    }

    /// <summary>The classes in the order of rows and columns; the background, label value 0, is the first.</summary>
    public IReadOnlyList<LabelClass> Classes { get; }

    /// <summary>Voxels of one class in the truth and of another, or the same, in the prediction.</summary>
    /// <param name="truth">Index in <see cref="Classes"/>.</param>
    /// <param name="prediction">Index in <see cref="Classes"/>.</param>
    public long this[int truth, int prediction] => _counts[truth, prediction];

    /// <summary>
    /// Share of the voxels of a class in the truth that have another, or the same, class in the prediction; NaN if the truth has none.
    /// </summary>
    /// <inheritdoc cref="this[int, int]"/>
    public double ShareOfTruth(int truth, int prediction)
    {
        var row = Enumerable.Range(0, Classes.Count).Sum(column => _counts[truth, column]);
        return row == 0 ? double.NaN : (double)_counts[truth, prediction] / row;
    }
}
