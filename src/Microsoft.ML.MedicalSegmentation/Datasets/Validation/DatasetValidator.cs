using Microsoft.ML.MedicalSegmentation.Formats.Voxels;
using Microsoft.ML.MedicalSegmentation.Numerics;

namespace Microsoft.ML.MedicalSegmentation.Datasets.Validation;

/// <summary>Checks a data set case by case, then the cases against each other.</summary>
internal static class DatasetValidator
{
    /// <summary>Reads every case once.</summary>
    /// <param name="dataset">The cases, and those for testing.</param>
    /// <param name="options">How.</param>
    /// <param name="earlier">Findings on the list itself.</param>
    public static DatasetReport Validate(
        SegmentationDataset dataset,
        DatasetValidationOptions options,
        IReadOnlyList<DatasetFinding> earlier
    )
    {
        options.Validate();
        var cases = Inspect(dataset, options);
        var training = cases.Where(c => !c.IsTest).ToList();
        var classes = ClassFrequency.Count(
            dataset.Classes,
            [.. training.Select(c => c.LabelVoxels).OfType<IReadOnlyDictionary<int, long>>()]
        );
        DatasetFinding[] empty =
            cases.Length > 0
                ? []
                :
                [
                    new(
                        FindingSeverity.Error,
                        FindingCodes.List,
                        null,
                        null,
                        "The data set has no case. Add cases to its list or its folders."
                    ),
                ];
        var comparison = new CaseComparison(cases, dataset.ChannelNames, classes, dataset.Classes.Count > 0);
        return new()
        {
            Dataset = dataset.Name,
            Cases = [.. cases.Select(c => c.Summary)],
            Classes = classes,
            Findings =
            [
                .. earlier
                    .Concat(empty)
                    .Concat(cases.SelectMany(c => c.Findings))
                    .Concat(comparison.Findings())
                    .OrderByDescending(finding => finding.Severity),
            ],
            Fingerprint = DatasetFingerprint.Of(
                dataset,
                [.. training.Select(c => c.Fingerprint).OfType<CaseFingerprint>()],
                [.. training.Select(c => c.Foreground).OfType<float[][]>()],
                classes),
        };
    }

    private static InspectedCase[] Inspect(SegmentationDataset dataset, DatasetValidationOptions options)
    {
        var all = dataset
            .Cases.Select(c => (Case: c, IsTest: false))
            .Concat(dataset.TestCases.Select(c => (Case: c, IsTest: true)))
            .ToArray();
        var labelled = dataset.Cases.Count(c => c.LabelPath is not null);
        var samples = Math.Max(1, options.ForegroundSamples / Math.Max(1, labelled));
        var inspected = new InspectedCase[all.Length];
        var done = 0;
        var gate = new Lock();
        ParallelReading.For(all.Length, options.MaximumThreads, i =>
        {
            inspected[i] = CaseInspection.Inspect(all[i].Case, all[i].IsTest, dataset.Classes, samples, new RandomStream(options.Seed, i));
            lock (gate)
            {
                options.Progress?.Invoke(++done, all.Length);
            }
        }, options.CancellationToken);
        return inspected;
    }
}
