using Microsoft.ML.MedicalSegmentation.Layers.Gates;
using Microsoft.ML.MedicalSegmentation.Networks.UNets;

namespace Microsoft.ML.MedicalSegmentation.Layers.AttentionBlocks;

/// <summary>One block of <see cref="AttentionBlockList"/>: what it is, where it stands, and how to build it.</summary>
/// <param name="Key">The name in options, in kebab case: "squeeze-excitation".</param>
/// <param name="Name">What papers call it.</param>
/// <param name="Paper">Authors, title, year and link.</param>
/// <param name="Places">Where a <see cref="UNet"/> has it unless told otherwise.</param>
/// <param name="StartsAsIdentity">Whether fresh blocks give what they get.</param>
/// <param name="Factory">Builds it, from the number of spatial axes, the channels and the options; null for a gate.</param>
/// <param name="GateFactory">
/// Builds a gate of skip connections whose gating signal has the same channels and grid; null for other blocks.
/// </param>
internal sealed record AttentionBlockEntry(
    string Key,
    string Name,
    string Paper,
    AttentionPlaces Places,
    bool StartsAsIdentity,
    Func<int, long, AttentionBlockOptions, AttentionBlock>? Factory,
    Func<int, long, AttentionBlockOptions, SkipGate>? GateFactory = null)
{
    /// <inheritdoc/>
    public override string ToString() => Key;
}
