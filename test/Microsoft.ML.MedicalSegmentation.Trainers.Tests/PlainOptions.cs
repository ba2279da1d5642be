using Microsoft.ML.MedicalSegmentation.Networks.Definition;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>Options of networks that tests write for themselves and that nothing chooses by options.</summary>
internal sealed record PlainOptions : NetworkOptions
{
    public override NetworkEntry Entry { get; } =
        new NetworkEntry<PlainOptions>(_ => throw new NotSupportedException("The test makes the network."))
        {
            Key = "plain",
            Name = "Plain",
            Paper = "",
            Summary = "",
            Sizes = "any",
        };
}
