using System.Globalization;
using MedSeg.Classification;
using MedSeg.Scoring;

namespace MedSeg.Commands;

/// <summary>medseg classify score: images in, a table of classes and probabilities out.</summary>
internal sealed class ClassifyScoreCommand()
    : TableCommand(
        "score",
        "Gives the class and the probability of every class of images.",
        inputs: "Pictures, volumes, DICOM series, or folders of pictures or volumes.",
        model: "The model zip.",
        row: "image",
        file: "scores.csv"
    )
{
    protected override (IEnumerable<string> Files, Func<ResultTable> Run) Prepare(MLContext context, string model, string[] inputs)
    {
        var loaded = ClassificationJob.Load(context, model);
        List<string> paths = [.. inputs.SelectMany(Expanded)];
        return (paths, () => Table(loaded.Info.Classes, [.. ClassificationJob.Score(context, loaded, paths)]));
    }

    private static ResultTable Table(IReadOnlyList<string> classes, List<ScoredImage> images) =>
        new(
            ["path", "predicted", .. classes],
            images.Select(image => (IEnumerable<string>)
                [image.Path, image.Predicted, .. image.Probabilities.Select(one => one.ToString("R", CultureInfo.InvariantCulture))]),
            images.Select(image => new
            {
                path = image.Path,
                predicted = image.Predicted,
                probabilities = classes.Zip(image.Probabilities).ToDictionary(pair => pair.First, pair => pair.Second),
            }),
            $"Scored {images.Count} image{(images.Count == 1 ? "" : "s")}: "
                + $"{string.Join(", ", images.CountBy(image => image.Predicted).Select(pair => $"{pair.Value} {pair.Key}"))}."
        );

    // A folder of pictures or volumes stands for them; one without is a DICOM series.
    private static IEnumerable<string> Expanded(string input)
        => Directory.Exists(input) && VolumeFiles.In(input) is { Count: > 0 } files ? files
            : Path.Exists(input) ? [input]
            : throw new FileNotFoundException($"There is no file or folder '{input}'.", input);
}
