// Stands in for internals of Microsoft.ML.Core: a channel whose messages reach MLContext.Log.
using System.Diagnostics;

namespace Microsoft.ML.Runtime;

internal sealed class Channel : IChannel
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly string _source;
    private readonly Action<string, ChannelMessage> _listener;
    private bool _disposed;

    public Channel(string source, Action<string, ChannelMessage> listener)
    {
        _source = source;
        _listener = listener;
        Trace(MessageSensitivity.None, "Channel started");
    }

    public string ContextDescription => _source;

    public void Send(ChannelMessage msg) => _listener(_source, msg);

    public void Trace(MessageSensitivity sensitivity, string fmt) =>
        Send(new ChannelMessage(ChannelMessageKind.Trace, sensitivity, fmt));

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(new ChannelMessage(ChannelMessageKind.Trace, sensitivity, fmt, args));

    public void Info(MessageSensitivity sensitivity, string fmt) =>
        Send(new ChannelMessage(ChannelMessageKind.Info, sensitivity, fmt));

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(new ChannelMessage(ChannelMessageKind.Info, sensitivity, fmt, args));

    public void Warning(MessageSensitivity sensitivity, string fmt) =>
        Send(new ChannelMessage(ChannelMessageKind.Warning, sensitivity, fmt));

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(new ChannelMessage(ChannelMessageKind.Warning, sensitivity, fmt, args));

    public void Error(MessageSensitivity sensitivity, string fmt) =>
        Send(new ChannelMessage(ChannelMessageKind.Error, sensitivity, fmt));

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(new ChannelMessage(ChannelMessageKind.Error, sensitivity, fmt, args));

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Trace(MessageSensitivity.None, "Channel finished. Elapsed {0:c}.", _watch.Elapsed);
        Trace(MessageSensitivity.None, "Channel disposed");
    }
}

internal sealed class SilentPipe<TMessage>(string source) : IPipe<TMessage>
{
    public string ContextDescription => source;

    public void Send(TMessage msg)
    {
    }

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    public void Dispose()
    {
    }
}

/// <summary>Progress is collected by nobody, as MLContext.Log never shows it.</summary>
internal sealed class SilentProgressChannel : IProgressChannel
{
    public IProgressChannel StartProgressChannel(string name) => new SilentProgressChannel();

    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(fillAction);
    }

    public void Checkpoint(params double?[] values)
    {
    }

    public void Dispose()
    {
    }
}
