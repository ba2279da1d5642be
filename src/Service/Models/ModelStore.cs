using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.ML.MedicalSegmentation.AspNetCore.Faults;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore.Models;

/// <summary>
/// The models of the service. A zip that changes is loaded beside the old model and takes its place; requests that run keep theirs.
/// </summary>
internal sealed class ModelStore(IOptions<SegmentationServiceOptions> options, ILogger<ModelStore> log) : BackgroundService
{
    private readonly ConcurrentDictionary<string, Lazy<ServedModel>> _loaded = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of the models.</summary>
    public IReadOnlyList<string> Names => [.. options.Value.Models.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The name of a model that a client asked for; the only one where it named none.</summary>
    /// <exception cref="ServiceFault">There is no such model, or there are several.</exception>
    public string Choose(string? name) =>
        name is not null
            ? options.Value.Models.Keys.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new ServiceFault(
                    404,
                    "unknown-model",
                    $"There is no model of this name. The models are {string.Join(", ", Names)}."
                )
        : Names.Count == 1 ? Names[0]
        : throw new ServiceFault(400, "unnamed-model", $"Several models are served; name one by ?model=: {string.Join(", ", Names)}.");

    /// <summary>Uses a model; it stays until the use ends, though its zip be replaced.</summary>
    public T Use<T>(string name, Func<ServedModel, T> use)
    {
        while (true)
        {
            var model = Loaded(name);
            if (!model.TryTake())
            {
                // Replaced between the two steps; the next one is there already.
                continue;
            }

            try
            {
                return use(model);
            }
            finally
            {
                model.Return();
            }
        }
    }

    /// <summary>Loads anew what has changed.</summary>
    public void Refresh()
    {
        foreach (var (name, path) in options.Value.Models)
        {
            try
            {
                if (
                    _loaded.TryGetValue(name, out var current)
                    && current.IsValueCreated
                    && ServedModel.StampOf(path) is var stamp
                    && stamp != default
                    && stamp != current.Value.Stamp
                )
                {
                    var next = ServedModel.Load(name, path, options.Value.MeasureDoubt);
                    _loaded[name] = new(next);
                    current.Value.Replace();
                    var digest = next.Digest;
                    log.LogInformation("Model {Model} was loaded anew, digest {Digest}.", name, digest);
                }
            }
            catch (Exception fault) when (fault is IOException or MedicalSegmentationException or UnauthorizedAccessException)
            {
                // The zip may be half copied; the old model goes on.
                log.LogWarning("The changed zip of model {Model} cannot be loaded yet: {Reason}", name, fault.GetType().Name);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ReloadInterval);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            await Task.Run(Refresh, stoppingToken).ConfigureAwait(false);
        }
    }

    private ServedModel Loaded(string name)
    {
        var entry = _loaded.GetOrAdd(name, Lazily);
        try
        {
            return entry.Value;
        }
        catch (Exception fault)
            when (fault is IOException or MedicalSegmentationException or UnauthorizedAccessException or ArgumentException)
        {
            // Tried again by the next request.
            _loaded.TryRemove(new(name, entry));
            log.LogError(fault, "Model {Model} cannot be loaded.", name);
            throw new ServiceFault(503, "model-unavailable", $"The model '{name}' cannot be loaded. The service's log has the reason.");
        }
    }

    private Lazy<ServedModel> Lazily(string name) =>
        new(() => ServedModel.Load(name, options.Value.Models[name], options.Value.MeasureDoubt));
}
