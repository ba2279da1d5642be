using System.Diagnostics;
using Microsoft.ML.Runtime;

namespace MedSeg.Terminal;

/// <summary>
/// Shows what the library warns of: through the log of a context, and, for models that were loaded, through .NET's trace.
/// </summary>
internal sealed class WarningListener : TraceListener
{
    private static Collection? current;

    /// <summary>Keeps the warnings of what follows, until the result is disposed; they are shown as well.</summary>
    public static Collection Collect() => current = new();

    /// <summary>Shows warnings that have no context.</summary>
    public static void ListenToTrace() => Trace.Listeners.Add(new WarningListener());

    /// <summary>Shows a context's warnings.</summary>
    public static MLContext ListenTo(MLContext context)
    {
        context.Log += (_, message) =>
        {
            if (message.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Error)
            {
                Show(message.RawMessage);
            }
        };
        return context;
    }

    public override void TraceEvent(TraceEventCache? eventCache, string source, TraceEventType eventType, int id, string? message)
    {
        if (eventType <= TraceEventType.Warning && message is not null)
        {
            Show(message);
        }
    }

    public override void Write(string? message)
    {
    }

    public override void WriteLine(string? message)
    {
    }

    private static void Show(string text)
    {
        current?.Add(text);
        Report.Warning(text);
    }

    /// <summary>Warnings of a piece of work.</summary>
    internal sealed class Collection : IDisposable
    {
        private readonly List<string> _texts = [];

        /// <summary>In the order in which they came.</summary>
        public IReadOnlyList<string> Texts
        {
            get
            {
                lock (_texts)
                {
                    return [.. _texts];
                }
            }
        }

        /// <summary>Adds a warning; called from any thread.</summary>
        public void Add(string text)
        {
            lock (_texts)
            {
                _texts.Add(text);
            }
        }

        public void Dispose() => current = null;
    }
}
