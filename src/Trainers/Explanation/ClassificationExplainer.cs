using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Classification;
using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.ResNets;
using Microsoft.ML.MedicalSegmentation.Runtime;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Explanation;

/// <summary>Shows what a classifier attends to, and what its decision for a class rests on, as volumes on the image's grid.</summary>
/// <remarks>
/// Needs torch: the network is built again from the model's description, with the weights of the ONNX model. Maps are made at the size that
/// the network sees, and resized to the image. They are part of what a network computes, not an account of its reasons: Jain and Wallace
/// 2019, https://arxiv.org/abs/1902.10186.
/// </remarks>
public sealed class ClassificationExplainer : IDisposable
{
    private readonly Network _network;
    private readonly ClassificationModelInfo _info;
    private readonly ThreadCount _threads;
    private NetworkLayers? _layers;

    private ClassificationExplainer(Network network, ClassificationModelInfo info, int threads) =>
        (_network, _info, _threads) = (network, info, new(threads));

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Classes => _info.Classes;

    /// <summary>Layers that Grad-CAM can look at, in the order in which they run; names as in weights files.</summary>
    public IReadOnlyList<string> Layers => FindLayers().Names;

    /// <summary>
    /// The layer that Grad-CAM looks at where none is named: the last convolution, with its norm, of the widest with the coarsest grid.
    /// </summary>
    public string DefaultLayer => FindLayers().Default;

    /// <summary>Builds the network of a model again, and gives it the model's weights.</summary>
    /// <param name="model">A classifier of this library.</param>
    /// <param name="threads">Threads that libtorch computes with until this object is disposed; 0 for one per processor.</param>
    /// <exception cref="ArgumentException">The model's network is unknown, or the number of threads is negative.</exception>
    /// <exception cref="InputDataException">The model's description cannot be read.</exception>
    public static ClassificationExplainer FromModel(ClassificationModel model, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        var entry =
            NetworkList
                .All.Append(ResNet.Entry)
                .FirstOrDefault(known => string.Equals(known.Key, model.Info.Network, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"The model's network '{model.Info.Network}' is not known. Register a network of the application by NetworkList.Register.",
                nameof(model)
            );
        var network = entry.Create(NetworkOptionsJson.Read(entry, model.Info.NetworkOptions));
        try
        {
            network.eval();
            var read = OnnxExport.WeightsOf(network, Sides(model.Info));
            network.LoadWeights(
                OnnxWeights.Read(model.Onnx),
                new() { Skip = [.. network.state_dict().Keys.Where(name => !read.Contains(name))] }
            );
            return new(network, model.Info, threads);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Maps of what the network's layers attend to.</summary>
    /// <param name="image">An image as the model takes it, of any size.</param>
    /// <param name="maps">Names of the maps that are made; a star stands for any letters. Default: null, all.</param>
    /// <returns>The maps in the order of the forward pass; none for a network that shows none.</returns>
    /// <exception cref="ArgumentException">The model does not take the image, or a name fits none of the network's maps.</exception>
    public IReadOnlyList<ExplanationMap> AttentionMaps(Volume image, IReadOnlyList<string>? maps = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var observer = new ForwardObserver();
        _network.forward(ToTensor(image));
        var shown = observer.Maps(_network).SelectMany(Split).ToList();
        var unknown = maps?.FirstOrDefault(pattern => !shown.Exists(map => WeightLoadingOptions.Matches([pattern], map.Name)));
        return shown.Count > 0 && unknown is not null
            ? throw new ArgumentException(
                $"The network shows no map '{unknown}'. Its maps: "
                    + $"{string.Join(", ", shown.Select(map => map.Name))}; a star stands for any letters.",
                nameof(maps)
            )
            :
            [
                .. shown
                    .Where(map => maps is null || WeightLoadingOptions.Matches(maps, map.Name))
                    .Select(map => new ExplanationMap(map.Name, OnGridOf(image, map.Map))),
            ];
    }

    /// <summary>Grad-CAM: where features speak for a class, whether or not the network decides for it.</summary>
    /// <param name="image">An image as the model takes it, of any size.</param>
    /// <param name="className">Name of the class.</param>
    /// <param name="layer">A layer, or the beginning of its name. Default: <see cref="DefaultLayer"/>.</param>
    /// <returns>At least 0 everywhere.</returns>
    /// <remarks>Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391.</remarks>
    /// <exception cref="ArgumentException">The model does not take the image, or there is no such class or layer.</exception>
    public ExplanationMap GradCam(Volume image, string className, string? layer = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        var channel = _info.Classes.ToList().FindIndex(name => string.Equals(name, className, StringComparison.OrdinalIgnoreCase));
        if (channel < 0)
        {
            throw new ArgumentException(
                $"The model has no class '{className}'; its classes are {string.Join(", ", _info.Classes)}.",
                nameof(className)
            );
        }

        using var scope = torch.NewDisposeScope();
        var map = Explanation.GradCam.Of(_network, ToTensor(image), channel, FindLayers().Find(layer ?? DefaultLayer));
        return new($"grad-cam.{_info.Classes[channel]}", OnGridOf(image, map));
    }

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        _threads.Dispose();
        _network.Dispose();
    }

    private NetworkLayers FindLayers() => _layers ??= NetworkLayers.Of(_network, [1, _info.Channels, .. Sides(_info)]);

    private Tensor ToTensor(Volume image)
        => torch.tensor(ImagePreparation.Prepare(image, _info), torch.ScalarType.Float32).reshape([1, _info.Channels, .. Sides(_info)]);

    // A map over the whole image, one entry per channel.
    private IEnumerable<(string Name, Tensor Map)> Split((string Name, Tensor Map) shown)
    {
        var whole = ((TorchExpression)_network.WholeMap(new TorchExpression(shown.Map))).Tensor;
        var count = whole.shape[1];
        return Enumerable.Range(0, (int)count).Select(at => (count == 1 ? shown.Name : $"{shown.Name}.{at}", whole.narrow(1, at, 1)));
    }

    // From the network's grid to the turned image's, and back to the image's own axes.
    private Volume<float> OnGridOf(Volume image, Tensor map)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        var sized = Explanation.GradCam.Resized(map, Sides(_info)).cpu().contiguous();
        var turned = _info.Orientation is { } code ? image.Reorient(code) : image;
        var values = ImageSizing.Resize(
            MemoryMarshal.Cast<byte, float>(sized.bytes).ToArray(),
            _info.Shape.WithChannels(1),
            turned.Shape.WithChannels(1)
        );
        return Volume.Create(values, turned.Shape.WithChannels(1), turned.Geometry).Reorient(image.Geometry.OrientationCode).ToSingle();
    }

    private static long[] Sides(ClassificationModelInfo info) =>
        [.. info.Size.Skip(info.SpatialDimensions == 2 ? 1 : 0).Select(side => (long)side)];
}
