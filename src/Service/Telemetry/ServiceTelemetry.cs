using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Microsoft.ML.MedicalSegmentation.AspNetCore;

/// <summary>
/// Names of the service's metrics and traces, for OpenTelemetry: <c>AddMeter(ServiceTelemetry.Name)</c>,
/// <c>AddSource(ServiceTelemetry.Name)</c>.
/// </summary>
public sealed class ServiceTelemetry : IDisposable
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Microsoft.ML.MedicalSegmentation";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _finished;
    private readonly Histogram<double> _seconds;
    private readonly Histogram<long> _voxels;

    internal ServiceTelemetry(Func<(int Running, int Waiting, long Memory)> load)
    {
        _finished = _meter.CreateCounter<long>("medseg.scored", description: "Volumes by outcome.");
        _seconds = _meter.CreateHistogram<double>("medseg.scoring.duration", "s", "Time from the turn to the labels.");
        _voxels = _meter.CreateHistogram<long>("medseg.scoring.voxels", description: "Voxels of a volume.");
        _meter.CreateObservableGauge("medseg.running", () => load().Running, description: "Volumes being scored.");
        _meter.CreateObservableGauge("medseg.waiting", () => load().Waiting, description: "Requests that wait for their turn.");
        _meter.CreateObservableGauge("medseg.memory", () => load().Memory, "By", "Memory that is set aside for volumes.");
    }

    internal ActivitySource Activities { get; } = new(Name);

    /// <summary>Frees the meter.</summary>
    public void Dispose()
    {
        _meter.Dispose();
        Activities.Dispose();
    }

    internal void Finished(string model, string outcome, long voxels, double seconds)
    {
        var tags = new TagList { { "model", model }, { "outcome", outcome } };
        _finished.Add(1, tags);
        _seconds.Record(seconds, tags);
        _voxels.Record(voxels, tags);
    }
}
