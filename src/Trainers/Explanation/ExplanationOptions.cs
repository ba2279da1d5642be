using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation.Explanation;

/// <summary>How maps of attention are made.</summary>
public sealed record ExplanationOptions
{
    /// <summary>Names of the maps that are made; a star stands for any letters: <c>["gates.*"]</c>.</summary>
    /// <value>Default: all.</value>
    public IReadOnlyList<string> Maps { get; init; } = ["*"];

    /// <summary>How far neighbouring tiles overlap, as a fraction of the patch.</summary>
    /// <value>0 to 0.9. Default: null, as the model is scored.</value>
    public double? Overlap { get; init; }

    /// <summary>Memory that all maps together may take.</summary>
    /// <value>Bytes. Default: 4 GiB.</value>
    public long MaximumBytes { get; init; } = 4L << 30;

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}
