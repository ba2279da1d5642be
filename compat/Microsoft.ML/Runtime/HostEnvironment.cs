// Stands in for internals of Microsoft.ML.Core: the environment behind MLContext, and the hosts that components register.
namespace Microsoft.ML.Runtime;

internal class HostEnvironment : IHostEnvironment
{
    private readonly Lock _gate = new();
    private readonly HostEnvironment _root;
    private readonly Action<string, ChannelMessage> _listener;

    public HostEnvironment(int? seed, Action<string, ChannelMessage> listener)
    {
        _root = this;
        _listener = listener;
        Seed = seed;
        Rand = seed is { } value ? new Random(value) : new Random();
        ComponentCatalog = new ComponentCatalog();
    }

    protected HostEnvironment(HostEnvironment parent, string name, Random random)
    {
        _root = parent._root;
        _listener = parent._listener;
        FullName = Join(parent.FullName, name);
        Seed = parent.Seed;
        Rand = random;
        ComponentCatalog = parent.ComponentCatalog;
    }

    public ComponentCatalog ComponentCatalog { get; }

    /// <summary>The seed of the context, if it has one.</summary>
    public int? Seed { get; }

    /// <summary>Draws from the seed of the context; each registered host gets its own stream.</summary>
    public Random Rand { get; }

    public string ContextDescription => FullName ?? nameof(HostEnvironment);

    private string FullName { get; }

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_root._gate)
        {
            return new Host(this, name, new Random(seed ?? Rand.Next()));
        }
    }

    public IChannel Start(string name) => new Channel(Join(FullName, name), _listener);

    // Only channel messages have a listener, so every other pipe ends nowhere.
    public IPipe<TMessage> StartPipe<TMessage>(string name) => new SilentPipe<TMessage>(Join(FullName, name));

    public IProgressChannel StartProgressChannel(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SilentProgressChannel();
    }

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    private static string Join(string parent, string name) =>
        string.IsNullOrEmpty(parent) ? name : $"{parent}; {name}";

    private sealed class Host(HostEnvironment parent, string name, Random random)
        : HostEnvironment(parent, name, random), IHost;
}
