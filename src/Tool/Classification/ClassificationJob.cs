using Microsoft.ML.Data;

namespace MedSeg.Classification;

/// <summary>Loads, scores with, measures and saves classifiers.</summary>
internal static class ClassificationJob
{
    /// <summary>Rows of images and labels.</summary>
    public static IDataView Images(MLContext context, ClassificationDataset dataset)
    {
        var rows = dataset.ToDataView(context);
        return context.MedicalSegmentation().Transforms.LoadVolumes().Fit(rows).Transform(rows);
    }

    /// <summary>Writes a model with its card.</summary>
    public static void Save(MLContext context, ITransformer model, ClassificationParts data, int seed, string path)
    {
        var models = context.MedicalSegmentation().Models;
        models.Save(model, context.Data.LoadFromEnumerable(Array.Empty<PathRow>()).Schema, path, new ModelCard
        {
            DataSet = data.Training.Name,
            Split = data.Split,
            TrainingCases = Digests(data.Training),
            ValidationCases = data.Validation is null ? [] : Digests(data.Validation),
            Options = System.Text.Json.JsonSerializer.SerializeToElement(new { seed }),
        });
    }

    /// <summary>Loads a classifier.</summary>
    /// <exception cref="ArgumentException">The zip holds none.</exception>
    public static (ITransformer Model, ClassificationModelInfo Info) Load(MLContext context, string path)
    {
        var medical = context.MedicalSegmentation();
        var model = medical.LoadModel(path);
        return (
            model,
            medical.Describe(model).Classification?.Info
                ?? throw new ArgumentException(
                    $"{path} holds no classifier. Give a model that `medseg classify train` wrote; `medseg score` and `medseg "
                        + "evaluate` take models that segment."
                )
        );
    }

    /// <summary>Scores images one after the other.</summary>
    public static IEnumerable<ScoredImage> Score(
        MLContext context,
        (ITransformer Model, ClassificationModelInfo Info) model,
        IReadOnlyList<string> paths
    )
    {
        var scored = model.Model.Transform(context.Data.LoadFromEnumerable(paths.Select(path => new PathRow { ImagePath = path })));
        var score = scored.Schema[model.Info.IsBinary ? "Probability" : "Score"];
        using var cursor = scored.GetRowCursor([score]);
        var getOne = model.Info.IsBinary ? cursor.GetGetter<float>(score) : null;
        var getAll = model.Info.IsBinary ? null : cursor.GetGetter<VBuffer<float>>(score);
        for (var row = 0; cursor.MoveNext(); row++)
        {
            var (one, all) = (0f, default(VBuffer<float>));
            getOne?.Invoke(ref one);
            getAll?.Invoke(ref all);
            float[] probabilities = model.Info.IsBinary ? [1 - one, one] : [.. all.DenseValues()];
            yield return new(paths[row], model.Info.Classes[Array.IndexOf(probabilities, probabilities.Max())], probabilities);
        }
    }

    /// <summary>Scores images of known classes and measures the result.</summary>
    public static ClassificationEvaluation Evaluate(MLContext context, ITransformer model, ClassificationDataset dataset)
        => context.MedicalSegmentation().EvaluateClassification(model.Transform(dataset.ToDataView(context)));

    private static List<CardCase> Digests(ClassificationDataset dataset) =>
        [
            .. dataset.Images.Select(image =>
                CardCase.Of(new SegmentationCase($"{image.Label}/{Path.GetFileName(image.Path)}", [image.Path], null))
            ),
        ];

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }
}

/// <summary>What a classifier gave to an image.</summary>
/// <param name="Path">The file.</param>
/// <param name="Predicted">The most probable class.</param>
/// <param name="Probabilities">One per class.</param>
internal sealed record ScoredImage(string Path, string Predicted, IReadOnlyList<float> Probabilities);
