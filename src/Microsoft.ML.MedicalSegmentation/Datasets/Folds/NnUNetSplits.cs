using System.Text;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Formats.IO;

namespace Microsoft.ML.MedicalSegmentation.Datasets.Folds;

/// <summary>nnU-Net's splits_final.json: a list of folds, each with the names of its training and validation cases.</summary>
/// <remarks>https://github.com/MIC-DKFZ/nnUNet/blob/master/documentation/manual_data_splits.md</remarks>
internal static class NnUNetSplits
{
    private const int LongestFile = 64 << 20;
    private const int ShownNames = 5;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        RespectNullableAnnotations = true,
    };

    public static IReadOnlyList<DatasetFold> Read(SegmentationDataset dataset, string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}'. Give a splits_final.json of nnU-Net, or leave it out.", path);
        }

        var folds = Parse(path);
        var byName = dataset.Cases.ToDictionary(one => one.Id);
        return
        [
            .. folds.Select(
                (fold, number) =>
                {
                    var (training, validation) = (Find(fold.Train), Find(fold.Val));
                    var both = training.Select(DatasetFolds.KeyOf).Intersect(validation.Select(DatasetFolds.KeyOf)).ToList();
                    return both.Count == 0
                        ? new DatasetFold(number, dataset.WithCases(training), dataset.WithCases(validation))
                        : throw new InputDataException(
                            $"{path}: fold {number} trains and validates on the same "
                                + $"{(both.Count == 1 ? "" : $"{both.Count} cases or patients, such as ")}{both[0]}"
                                + ". Keep each patient in one of the two lists."
                        );
                }
            ),
        ];

        List<SegmentationCase> Find(IReadOnlyList<string> names)
        {
            var unknown = names.Where(name => !byName.ContainsKey(name)).ToList();
            return unknown.Count == 0
                ? [.. names.Distinct().Select(name => byName[name])]
                : throw new InputDataException(
                    $"{path}: {unknown.Count} cases are not in the data set '{dataset.Name}', such as "
                        + $"{string.Join(", ", unknown.Take(ShownNames))}. Give the splits of this data set."
                );
        }
    }

    public static void Write(IReadOnlyList<DatasetFold> folds, string path)
    {
        var splits = folds.Select(fold => new Split(
            [.. fold.Training.Cases.Select(one => one.Id)],
            [.. fold.Validation.Cases.Select(one => one.Id)]
        ));
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(splits, Format))));
    }

    private static List<Split> Parse(string path)
    {
        if (new FileInfo(path).Length > LongestFile)
        {
            throw new InputDataException($"{path} is larger than {LongestFile >> 20} MiB, so it is no splits_final.json.");
        }

        try
        {
            var folds = JsonSerializer.Deserialize<List<Split>>(File.ReadAllBytes(path), Format);
            return folds is { Count: > 0 } && folds.TrueForAll(fold => fold is { Train.Count: > 0 })
                ? folds
                : throw new InputDataException(
                    $"{path} has no folds with cases to train on. Write [{{\"train\": [\"case1\"], \"val\": [\"case2\"]}}, ...]."
                );
        }
        catch (JsonException fault)
        {
            throw new InputDataException(
                $"{path} is no splits_final.json: {fault.Message} Write [{{\"train\": [\"case1\"], \"val\": [\"case2\"]}}, ...].",
                fault
            );
        }
    }

    private sealed record Split(IReadOnlyList<string> Train, IReadOnlyList<string> Val);
}
