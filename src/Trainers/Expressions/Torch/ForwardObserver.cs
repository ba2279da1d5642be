using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.MedicalSegmentation.Expressions.Torch;

/// <summary>Collects what layers show of a forward pass, such as attention maps, on the thread that started it.</summary>
/// <remarks>
/// <code>
/// using var observer = new ForwardObserver();
/// network.forward(image);
/// foreach (var (name, weights) in observer.Seen(network)) { ... }
/// </code>
/// Without an active observer, showing costs nothing.
/// </remarks>
internal sealed class ForwardObserver : IDisposable
{
    [ThreadStatic]
    private static ForwardObserver? current;

    private readonly ForwardObserver? _outer = current;
    private readonly List<(torch.nn.Module Layer, string Name, Tensor Tensor)> _seen = [];
    private readonly List<(torch.nn.Module Layer, string Name, Tensor Tensor)> _maps = [];

    /// <summary>Starts to collect, until it is disposed.</summary>
    public ForwardObserver() => current = this;

    /// <summary>What was shown, in the order of the forward pass; the observer owns the tensors.</summary>
    /// <param name="network">The network that was run; it gives the layers their names.</param>
    /// <returns>The layer's path and the value's name, "gates.3.parallel.0.relevance", and the value without
    /// gradients.</returns>
    public IReadOnlyList<(string Name, Tensor Value)> Seen(torch.nn.Module network) => Named(network, _seen);

    /// <summary>
    /// The maps of positions that were shown, each [N, maps, D, H, W] or [N, maps, H, W] on a grid that covers the image.
    /// </summary>
    /// <param name="network">The network that was run; it gives the layers their names.</param>
    public IReadOnlyList<(string Name, Tensor Map)> Maps(torch.nn.Module network) => Named(network, _maps);

    /// <summary>Ends the collection and gives the tensors back.</summary>
    public void Dispose()
    {
        current = _outer;
        foreach (var (_, _, tensor) in _seen.Concat(_maps))
        {
            tensor.Dispose();
        }

        _seen.Clear();
        _maps.Clear();
    }

    internal static bool IsWatching => current is not null;

    internal static void ShowMap(torch.nn.Module layer, string name, Tensor map) =>
        current?._maps.Add((layer, name, map.detach().clone().DetachFromDisposeScope()));

    internal static void Show(torch.nn.Module layer, string name, Tensor tensor) =>
        current?._seen.Add((layer, name, tensor.detach().clone().DetachFromDisposeScope()));

    private static IReadOnlyList<(string Name, Tensor Value)> Named(
        torch.nn.Module network,
        List<(torch.nn.Module Layer, string Name, Tensor Tensor)> shown
    )
    {
        var paths = new Dictionary<object, string>(ReferenceEqualityComparer.Instance);
        foreach (var (name, module) in network.named_modules())
        {
            paths.TryAdd(module, name);
        }

        return
        [
            .. shown.Select(entry => ($"{paths.GetValueOrDefault(entry.Layer, entry.Layer.GetType().Name)}.{entry.Name}", entry.Tensor)),
        ];
    }
}
