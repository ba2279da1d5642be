namespace Microsoft.ML.MedicalSegmentation;

/// <summary>The networks. Adding one: a file in this folder, and a line here.</summary>
public static class NetworkList
{
    /// <summary>Every network.</summary>
    public static IReadOnlyList<NetworkEntry> All { get; } =
    [
        AttentionUNet.Entry,
        UNet.Entry,
        UNETRPlusPlus.Entry,
        MedicalTransformer.Entry,
        TransAttUNet.Entry,
        CANet.Entry,
        MultiScaleDualAttention.Entry,
        DualAttention.Entry,
    ];

    /// <summary>The network that is taken where none is named.</summary>
    public static NetworkEntry Default => AttentionUNet.Entry;

    /// <summary>The network of a key; upper and lower case are the same.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the keys.</exception>
    public static NetworkEntry Find(string key) =>
        All.FirstOrDefault(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"There is no network '{key}'. Networks: {string.Join(", ", All.Select(entry => entry.Key))}.", nameof(key));

    /// <summary>Builds a network with fresh weights, in training mode, on the CPU.</summary>
    /// <exception cref="ArgumentException">There is no such network, or an option is impossible.</exception>
    public static Network Create(string key, NetworkOptions options) => Find(key).Create(options);
}
