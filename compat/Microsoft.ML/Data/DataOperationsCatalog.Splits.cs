// Stands in for Microsoft.ML.Data: mlContext.Data, the same rows in two parts.
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    /// <summary>
    /// Each row by itself falls into the test set with the given probability, so the sizes are not exact.
    /// Rows with one sampling key fall into the same set.
    /// </summary>
    public TrainTestData TrainTestSplit(
        IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(testFraction > 0 && testFraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(testFraction), $"The test fraction {testFraction} must be between 0 and 1, exclusive.");
        }

        return Sampling(data, samplingKeyColumnName, seed).Split(0, testFraction);
    }

    public IReadOnlyList<TrainTestData> CrossValidationSplit(
        IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        var sampling = Sampling(data, samplingKeyColumnName, seed);
        return Enumerable.Range(0, numberOfFolds)
            .Select(fold => sampling.Split((double)fold / numberOfFolds, (fold + 1.0) / numberOfFolds))
            .ToArray();
    }

    private RowSampling Sampling(IDataView data, string samplingKey, int? seed) =>
        new(data, samplingKey, seed ?? _environment.Seed ?? DefaultSeed);

    public struct TrainTestData
    {
        public readonly IDataView TrainSet;

        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
