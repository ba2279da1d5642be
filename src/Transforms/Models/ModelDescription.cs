using System.Text.Json.Nodes;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;
using Microsoft.ML.MedicalSegmentation.Texts;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>What a model does, step by step, and the network that it runs.</summary>
/// <param name="Stages">This library's transforms in the model, in order.</param>
/// <param name="Segmentation">The network; null if the model has none.</param>
public sealed record ModelDescription(IReadOnlyList<ModelStage> Stages, SegmentationModel? Segmentation)
{
    /// <summary>What a planned or imported model predicts; null for other models.</summary>
    public PlannedEnsemble? Planned { get; init; }

    /// <summary>The classification network; null for models that segment.</summary>
    public ClassificationModel? Classification { get; init; }

    /// <summary>The generator of a model that synthesises volumes; null for other models.</summary>
    public SynthesisModel? Synthesis { get; init; }

    /// <summary>The encoder of a model that embeds volumes; null for other models.</summary>
    public EncoderModel? Encoder { get; init; }

    /// <summary>Image channels that the model takes; null if it has no network.</summary>
    public int? InputChannels =>
        Segmentation?.Info.InputChannels
        ?? Classification?.Info.Channels
        ?? Encoder?.Info.Channels
        ?? Planned?.Members[0].Preprocessing.Channels.Count;

    /// <summary>The members with their values, lists with their items.</summary>
    public override string ToString() => RecordText.Of(this);
}

/// <summary>One transform of a model.</summary>
/// <param name="Name">Its name and the version of its saved form, such as "NormalizeIntensity/1".</param>
/// <param name="Options">Its options as JSON.</param>
/// <param name="PayloadLength">Bytes of data, such as weights, that it carries beside its options.</param>
public sealed record ModelStage(string Name, JsonNode Options, long PayloadLength);
