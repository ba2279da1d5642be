using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Explanation;

namespace MedSeg.Jobs;

/// <summary>From a classifier and an image to files of maps.</summary>
/// <param name="context">The context.</param>
/// <param name="model">A loaded model that takes image paths.</param>
/// <param name="classifier">Its network.</param>
/// <param name="threads">Processor cores; 0 for all.</param>
internal sealed class ClassifierExplanation(MLContext context, ITransformer model, ClassificationModel classifier, int threads)
    : IDisposable
{
    private readonly ClassificationExplainer _explainer = ClassificationExplainer.FromModel(classifier, threads);

    /// <summary>Layers that Grad-CAM can look at.</summary>
    public IReadOnlyList<string> Layers => _explainer.Layers;

    /// <summary>The layer that it looks at where none is named.</summary>
    public string DefaultLayer => _explainer.DefaultLayer;

    /// <summary>Makes the maps and writes each as NIfTI and as a picture.</summary>
    public IEnumerable<WrittenMap> Explain(string path, string[]? maps, string[] classes, string? layer, string folder)
    {
        var rows = model.Transform(Cases.Of(context, [path]).ToDataView(context));
        var image = context.Data.CreateEnumerable<PreparedImage>(rows, reuseRowObject: false).First().Image;
        var cams = (classes.Length > 0 ? classes : [.. _explainer.Classes]).Select(name => _explainer.GradCam(image, name, layer)).ToList();
        var attention = _explainer.AttentionMaps(image, maps);
        if (attention.Count == 0)
        {
            Report.Step("The network shows no attention maps; only Grad-CAM is written.");
        }

        foreach (var map in attention.Concat(cams))
        {
            yield return WrittenMap.Write(folder, image, map);
        }
    }

    public void Dispose() => _explainer.Dispose();
}
