using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Expressions.Torch;
using Microsoft.ML.MedicalSegmentation.Networks;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Runtime;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;
using Microsoft.ML.MedicalSegmentation.Scoring.Tiles;
using Microsoft.ML.MedicalSegmentation.Weights;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Explanation;

/// <summary>Shows what a segmentation network attends to, and what its decisions rest on, as volumes on the image's grid.</summary>
/// <remarks>
/// <para>
/// Needs torch: the network is built again from the model's description and computes in TorchSharp, with the weights of the ONNX model
/// itself or of a weights file. Volumes are covered by the tiles that scoring uses, and the tiles' maps are blended in the same way.
/// </para>
/// <para>
/// Maps that layers show: attention gates, relevance from 0 to 1; scale attention, one map per scale; position, non-local, token and axial
/// attention, the attention that a voxel gets from all others of its tile, 1 being its share if attention were even; channel attention, the
/// size of what channels gather at a voxel. They are part of what the network computes, not an account of its reasons: Jain and Wallace
/// 2019, https://arxiv.org/abs/1902.10186.
/// </para>
/// </remarks>
public sealed class SegmentationExplainer : IDisposable
{
    private readonly Network _network;
    private readonly SegmentationModelInfo _info;
    private readonly bool _ownsNetwork;
    private NetworkLayers? _layers;
    private bool _hasWarned;
    private ThreadCount? _threads;

    /// <summary>Explains a network that is at hand.</summary>
    /// <param name="network">The network; it is put into evaluation mode, and stays the caller's.</param>
    /// <param name="info">Its patch, classes and orientation.</param>
    /// <exception cref="ArgumentException">Network and description do not fit together.</exception>
    public SegmentationExplainer(Network network, SegmentationModelInfo info)
        : this(network, info, ownsNetwork: false)
    {
    }

    private SegmentationExplainer(Network network, SegmentationModelInfo info, bool ownsNetwork)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(info);
        info.Validate();
        if (
            network.Options.SpatialDims != info.SpatialDimensions
            || network.Options.InputChannels != info.InputChannels
            || network.Options.Classes != info.OutputChannels
        )
        {
            throw new ArgumentException(
                $"The network has {network.Options.SpatialDims} axes, {network.Options.InputChannels} channels and "
                    + $"{network.Options.Classes} classes; its description says {info.SpatialDimensions}, {info.InputChannels} and "
                    + $"{info.OutputChannels}. Give the description of this network.",
                nameof(info)
            );
        }

        (_network, _info, _ownsNetwork) = (network, info, ownsNetwork);
        network.eval();
    }

    /// <summary>Layers that Grad-CAM can look at, in the order in which they run; names as in weights files.</summary>
    public IReadOnlyList<string> Layers => FindLayers().Names;

    /// <summary>
    /// The layer that Grad-CAM looks at where none is named: the last convolution, with its norm, of the widest with the coarsest grid,
    /// which is a U-shaped network's bottleneck.
    /// </summary>
    public string DefaultLayer => FindLayers().Default;

    /// <summary>Builds the network of a model again, and gives it the model's weights.</summary>
    /// <param name="model">A model of this library, as training and <c>Describe</c> give it.</param>
    /// <param name="weights">Takes these weights instead of the model's.</param>
    /// <param name="threads">Threads that libtorch computes with until this object is disposed; 0 for one per processor.</param>
    /// <param name="networkOptions">
    /// What the network was built from; needed only for models written before they held it, unless that were the defaults.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The model's network is unknown, the weights do not fit it, or the number of threads is negative.
    /// </exception>
    /// <exception cref="InputDataException">The model's description cannot be read.</exception>
    public static SegmentationExplainer FromModel(
        SegmentationModel model,
        WeightsFile? weights = null,
        int threads = 0,
        NetworkOptions? networkOptions = null
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        var network = CreateNetwork(model.Info, networkOptions);
        try
        {
            network.eval();
            var read = OnnxExport.WeightsOf(network, SidesOf(model.Info));
            network.LoadWeights(
                weights ?? OnnxWeights.Read(model.Onnx),
                new() { Skip = [.. network.state_dict().Keys.Where(name => !read.Contains(name))] }
            );
            return new(network, model.Info, ownsNetwork: true) { _threads = new(threads) };
        }
        catch (ArgumentException unfit) when (model.Info.NetworkOptions.Length == 0 && networkOptions is null)
        {
            network.Dispose();
            throw new ArgumentException(
                "The model was written before models held the options of their network, and its weights do not fit the defaults of "
                    + $"{model.Info.Network}. Give the options that it was trained with (networkOptions; medseg explain "
                    + $"--network-options), or train it again. {unfit.Message}",
                nameof(model),
                unfit
            );
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Maps of what the network's layers attend to.</summary>
    /// <param name="volume">Image channels as in training, normalised as in training; any size.</param>
    /// <param name="options">Which maps. Default: all.</param>
    /// <param name="cancellationToken">Stops between tiles.</param>
    /// <returns>The maps in the order of the forward pass; none for a network that shows none.</returns>
    /// <exception cref="InputDataException">The volume has other channels.</exception>
    /// <exception cref="ArgumentException">
    /// A name fits none of the network's maps, or the maps would take more memory than allowed.
    /// </exception>
    public IReadOnlyList<ExplanationMap> AttentionMaps(
        Volume volume,
        ExplanationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        var maps = new List<(string Name, TiledMap Map)>();
        ForEachTile(volume, options.Overlap, (tile, place) =>
        {
            using var noGradients = torch.no_grad();
            using var observer = new ForwardObserver();
            _network.forward(tile);
            var all = observer.Maps(_network).SelectMany(Split).ToList();
            var shown = all.FindAll(map => WeightLoadingOptions.Matches(options.Maps, map.Name));
            if (maps.Count == 0)
            {
                RequireKnown(options.Maps, [.. all.Select(map => map.Name)]);
                RequireMemory(shown.Count, volume, options);
                maps.AddRange(shown.Select(map => (map.Name, place.NewMap())));
            }

            foreach (var (map, (_, tensor)) in maps.Zip(shown))
            {
                place.Add(map.Map, tensor);
            }
        }, cancellationToken);
        return [.. maps.Select(map => new ExplanationMap(map.Name, map.Map.ToVolume()))];
    }

    /// <summary>Grad-CAM: where features speak for what the network gave to a class.</summary>
    /// <param name="volume">Image channels as in training, normalised as in training; any size.</param>
    /// <param name="label">The label value of the class.</param>
    /// <param name="layer">A layer, or the beginning of its name. Default: <see cref="DefaultLayer"/>.</param>
    /// <param name="cancellationToken">Stops between tiles.</param>
    /// <returns>At least 0 everywhere; 0 in tiles of which the network gives nothing to the class.</returns>
    /// <remarks>
    /// Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391; Vinogradova et al. 2020, https://arxiv.org/abs/2002.11434.
    /// </remarks>
    /// <exception cref="InputDataException">The volume has other channels.</exception>
    /// <exception cref="ArgumentException">There is no such class or layer.</exception>
    public ExplanationMap GradCam(Volume volume, int label, string? layer = null, CancellationToken cancellationToken = default)
    {
        var channel = _info.Classes.Select(c => c.Value).ToList().IndexOf(label);
        if (channel < 0)
        {
            throw new ArgumentException(
                $"The model has no class with label {label}; its classes are "
                    + $"{string.Join(", ", _info.Classes.Select(c => $"{c.Value} {c.Name}"))}.",
                nameof(label)
            );
        }

        var weight = FindLayers().Find(layer ?? DefaultLayer);
        TiledMap? map = null;
        ForEachTile(
            volume,
            null,
            (tile, place) => place.Add(map ??= place.NewMap(), Explanation.GradCam.Of(_network, tile, channel, weight)),
            cancellationToken
        );
        return map is null
            ? throw new InvalidOperationException("The volume has no tiles.")
            : new($"grad-cam.{_info.Classes[channel].Name}", map.ToVolume());
    }

    /// <summary>Frees the network, where this object built it.</summary>
    public void Dispose()
    {
        _threads?.Dispose();
        if (_ownsNetwork)
        {
            _network.Dispose();
        }
    }

    private static Network CreateNetwork(SegmentationModelInfo info, NetworkOptions? given)
    {
        if (
            NetworkList.All.FirstOrDefault(known => string.Equals(known.Key, info.Network, StringComparison.OrdinalIgnoreCase))
            is not { } entry
        )
        {
            throw new ArgumentException(
                $"The model's network '{info.Network}' is not known ({string.Join(", ", NetworkList.All.Select(known => known.Key))}). "
                + "Register a network of the application by NetworkList.Register.");
        }

        // Models that were made before options were written down had mostly the defaults.
        var options =
            given ?? (info.NetworkOptions.Length > 0 ? NetworkOptionsJson.Read(entry, info.NetworkOptions) : entry.DefaultOptions);
        return entry.Create(
            options with
            {
                SpatialDims = info.SpatialDimensions,
                InputChannels = info.InputChannels,
                Classes = info.OutputChannels,
            }
        );
    }

    private NetworkLayers FindLayers() => _layers ??= NetworkLayers.Of(_network, [1, _info.InputChannels, .. PatchSides]);

    private long[] PatchSides => SidesOf(_info);

    private static long[] SidesOf(SegmentationModelInfo info) => info.SpatialDimensions == 2
        ? [info.Patch.Height, info.Patch.Width]
        : [info.Patch.Depth, info.Patch.Height, info.Patch.Width];

    private void ForEachTile(Volume volume, double? overlap, Action<Tensor, TilePlace> act, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (volume.Shape.Channels != _info.InputChannels)
        {
            throw new InputDataException(
                $"The volume has {volume.Shape.Channels} channels; the network takes {_info.InputChannels}. Load the channels of "
                    + "training, in the same order."
            );
        }

        FiniteInput.Require(volume);
        WarnOfSpacing(volume);
        var device = _network.parameters().First().device;
        var grid = new OrientedGrid(volume, _info.Orientation);
        var window = new SlidingWindow(grid.Shape, _info.Patch, overlap ?? _info.Overlap);
        var reader = new TileReader(volume, grid, _info.Patch);
        var (weights, values) = (TileWeights.Gaussian(_info.Patch), new float[_info.Patch.Count]);
        foreach (var origin in window.Depths.SelectMany(window.TilesAt))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            reader.Read(origin, values);
            act(
                torch.tensor(values, [1, _info.InputChannels, .. PatchSides], device: device),
                new(origin, weights, PatchSides, () => new(volume, grid, window, _info.Patch))
            );
        }
    }

    private void WarnOfSpacing(Volume volume)
    {
        if (!_hasWarned && TrainingSpacing.Difference(_info, volume, new ScoringSettings().SpacingTolerance) is { } difference)
        {
            _hasWarned = true;
            Trace.TraceWarning($"{difference} Resample it to the spacing of training, to see what the network does with such structures.");
        }
    }

    // A map over the whole tile, one entry per channel: "scales" of four scales gives scales.0 to scales.3.
    private IEnumerable<(string Name, Tensor Map)> Split((string Name, Tensor Map) shown)
    {
        var whole = ((TorchExpression)_network.WholeMap(new TorchExpression(shown.Map))).Tensor;
        var count = whole.shape[1];
        return Enumerable.Range(0, (int)count).Select(at => (count == 1 ? shown.Name : $"{shown.Name}.{at}", whole.narrow(1, at, 1)));
    }

    private static void RequireKnown(IReadOnlyList<string> patterns, IReadOnlyList<string> names)
    {
        if (
            names.Count > 0
            && patterns.FirstOrDefault(pattern => !names.Any(name => WeightLoadingOptions.Matches([pattern], name))) is { } unknown
        )
        {
            throw new ArgumentException(
                $"The network shows no map '{unknown}'. Its maps: {string.Join(", ", names)}; a star stands for any letters."
            );
        }
    }

    private static void RequireMemory(int count, Volume volume, ExplanationOptions options)
    {
        var bytes = (Int128)count * volume.Shape.ChannelCount * sizeof(float);
        if (bytes > options.MaximumBytes)
        {
            throw new ArgumentException(
                $"The {count} maps take {(double)bytes / (1 << 20):0} MiB, more than the {options.MaximumBytes >> 20} MiB of "
                    + "MaximumBytes. Name some maps in Maps, or raise it."
            );
        }
    }

    private sealed record TilePlace(TileOrigin Origin, float[] Weights, long[] Size, Func<TiledMap> NewMap)
    {
        public void Add(TiledMap map, Tensor values)
        {
            using var scope = torch.NewDisposeScope();
            using var noGradients = torch.no_grad();
            var sized = Explanation.GradCam.Resized(values, Size).cpu().contiguous();
            map.Add(MemoryMarshal.Cast<byte, float>(sized.bytes), Weights, Origin);
        }
    }
}
