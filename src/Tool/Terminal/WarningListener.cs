using System.Diagnostics;
using Microsoft.ML.Runtime;

namespace MedSeg.Terminal;

/// <summary>Shows what the library warns of: through the log of a context, and, for models that were loaded, through .NET's trace.</summary>
internal sealed class WarningListener : TraceListener
{
    /// <summary>Shows warnings that have no context.</summary>
    public static void ListenToTrace() => Trace.Listeners.Add(new WarningListener());

    /// <summary>Shows a context's warnings.</summary>
    public static MLContext ListenTo(MLContext context)
    {
        context.Log += (_, message) =>
        {
            if (message.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Error)
            {
                Report.Warning(message.RawMessage);
            }
        };
        return context;
    }

    public override void TraceEvent(TraceEventCache? eventCache, string source, TraceEventType eventType, int id, string? message)
    {
        if (eventType <= TraceEventType.Warning && message is not null)
        {
            Report.Warning(message);
        }
    }

    public override void Write(string? message)
    {
    }

    public override void WriteLine(string? message)
    {
    }
}
