using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Explanation;
using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Weights;

namespace MedSeg.Jobs;

/// <summary>From a model and an image to files of maps.</summary>
internal sealed class ExplanationJob : IDisposable
{
    private readonly MLContext _context;
    private readonly ITransformer _model;
    private readonly SegmentationModelInfo _info;
    private readonly SegmentationExplainer _explainer;

    /// <param name="context">The context.</param>
    /// <param name="model">A loaded model that takes image paths.</param>
    /// <param name="weights">Takes these instead of the model's, where given.</param>
    /// <param name="threads">Processor cores; 0 for all.</param>
    /// <param name="networkOptions">Options of the network as JSON, for a model that does not hold them.</param>
    public ExplanationJob(MLContext context, ITransformer model, WeightsFile? weights, int threads, string? networkOptions = null)
    {
        (_context, _model) = (context, model);
        var segmentation =
            context.MedicalSegmentation().Describe(model).Segmentation
            ?? throw new ArgumentException(
                "The model holds no segmentation network, so there is nothing to explain. Give a model that `medseg train` wrote."
            );
        _info = segmentation.Info;
        _explainer = SegmentationExplainer.FromModel(
            segmentation, weights, threads, networkOptions is null ? null : NetworkList.Find(_info.Network).ReadOptions(networkOptions));
    }

    /// <summary>Layers that Grad-CAM can look at.</summary>
    public IReadOnlyList<string> Layers => _explainer.Layers;

    /// <summary>The layer that it looks at where none is named.</summary>
    public string DefaultLayer => _explainer.DefaultLayer;

    /// <summary>The image as the network sees it: loaded and prepared by the model's own steps.</summary>
    public Volume Load(string path)
    {
        var rows = _model.Transform(Cases.Of(_context, [path]).ToDataView(_context));
        return _context.Data.CreateEnumerable<PreparedImage>(rows, reuseRowObject: false).First().Image;
    }

    /// <summary>Makes the maps and writes each as NIfTI and as a picture.</summary>
    public IEnumerable<WrittenMap> Explain(
        Volume image, string[] maps, string[] classes, string? layer, string folder, CancellationToken cancellationToken)
    {
        // Wrong names of all kinds are told before anything is written.
        var labels = Labels(classes).ToList();
        var first = labels.Take(1).Select(label => _explainer.GradCam(image, label, layer, cancellationToken)).ToList();
        var attention = _explainer.AttentionMaps(image, new() { Maps = maps }, cancellationToken);
        if (attention.Count == 0)
        {
            Report.Step("The network shows no attention maps; only Grad-CAM is written.");
        }

        foreach (
            var map in attention
                .Concat(first)
                .Concat(labels.Skip(1).Select(label => _explainer.GradCam(image, label, layer, cancellationToken)))
        )
        {
            yield return WrittenMap.Write(folder, image, map);
        }
    }

    public void Dispose() => _explainer.Dispose();

    private IEnumerable<int> Labels(string[] names)
    {
        var structures = _info.Classes.Where(c => c.Value != 0).Select(c => c.Value);
        return names.Length == 0
            ? structures
            :
            [
                .. names.Select(name =>
                    _info
                        .Classes.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || $"{c.Value}" == name)
                        ?.Value
                    ?? throw new ArgumentException(
                        $"The model has no class '{name}'; its classes are "
                            + $"{string.Join(", ", _info.Classes.Select(c => $"{c.Value} {c.Name}"))}."
                    )
                ),
            ];
    }
}

/// <summary>A row of a model's output, of which only the prepared image is computed.</summary>
internal sealed class PreparedImage
{
    /// <summary>The image, normalised.</summary>
    [VolumeColumn]
    public Volume Image { get; set; } = Volume.Create(new float[1], new(1, 1, 1, 1));
}

/// <summary>A map that was written.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Largest">Its largest value.</param>
/// <param name="Volume">The NIfTI file.</param>
/// <param name="Picture">The PNG file.</param>
internal sealed record WrittenMap(string Name, float Largest, string Volume, string Picture)
{
    /// <summary>Writes a map as NIfTI and as a picture.</summary>
    public static WrittenMap Write(string folder, Volume image, ExplanationMap map)
    {
        var path = Path.Combine(folder, FileName(map.Name));
        VolumeFormats.Save(map.Values, path + ".nii.gz");
        ExplanationOverlay.WritePng(path + ".png", image, map);
        Report.Step($"{map.Name}: {path}.nii.gz");
        return new(map.Name, System.Numerics.Tensors.TensorPrimitives.Max(map.Values.Voxels), path + ".nii.gz", path + ".png");
    }

    // Names of classes come from users and may hold anything.
    private static string FileName(string name) =>
        string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '_'));
}
