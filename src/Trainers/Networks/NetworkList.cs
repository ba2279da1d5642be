using Microsoft.ML.MedicalSegmentation.Networks.AttentionUNets;
using Microsoft.ML.MedicalSegmentation.Networks.CANets;
using Microsoft.ML.MedicalSegmentation.Networks.Definition;
using Microsoft.ML.MedicalSegmentation.Networks.DualAttentionNets;
using Microsoft.ML.MedicalSegmentation.Networks.MedicalTransformers;
using Microsoft.ML.MedicalSegmentation.Networks.MultiScaleDualAttentionNets;
using Microsoft.ML.MedicalSegmentation.Networks.TransAttUNets;
using Microsoft.ML.MedicalSegmentation.Networks.UNETRPlusPlusNets;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Networks;

/// <summary>The networks that files and command lines can name. Adding one: a file in this folder, and a line here.</summary>
public static class NetworkList
{
    private static readonly KeyedList<NetworkEntry> Entries = new(
        "network",
        "Networks",
        entry => entry.Key,
        entry => entry.OptionsType,
        [
            AttentionUNet.Entry,
            UNet.Entry,
            UNETRPlusPlus.Entry,
            MedicalTransformer.Entry,
            TransAttUNet.Entry,
            CANet.Entry,
            MultiScaleDualAttention.Entry,
            DualAttention.Entry,
        ]
    );

    /// <summary>Every network, those that the application has registered last.</summary>
    public static IReadOnlyList<NetworkEntry> All => Entries.All;

    /// <summary>
    /// Adds a network of the application, so that files and command lines can name it. Passing its options to a trainer needs no
    /// registration.
    /// </summary>
    /// <exception cref="ArgumentException">The key or the type of the options is in the list already.</exception>
    public static void Register(NetworkEntry entry) => Entries.Register(entry);

    /// <summary>The network of a key, in any case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the keys.</exception>
    public static NetworkEntry Find(string key) => Entries.Find(key);
}
