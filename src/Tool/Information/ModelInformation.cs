using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;

namespace MedSeg.Information;

/// <summary>What a model is: its steps, its network, its classes.</summary>
internal static partial class ModelInformation
{
    public static void OfZip(string path, bool json)
    {
        var context = new MLContext();
        var medical = context.MedicalSegmentation();
        var model = medical.LoadModel(path, out var input);
        var description = medical.Describe(model);
        var columns = input?.Select(column => $"{column.Name} ({column.Type})").ToList() ?? [];
        Print(
            path,
            json,
            columns,
            description.Stages,
            description.Segmentation?.Info,
            description.Planned,
            description.Classification?.Info,
            description.Synthesis?.Info,
            description.Encoder?.Info
        );
    }

    public static void OfOnnx(string path, bool json)
        => Print(path, json, [], [], SegmentationModel.Load(path).Info, null);

    private static void Print(
        string path,
        bool json,
        List<string> columns,
        IReadOnlyList<ModelStage> stages,
        SegmentationModelInfo? info,
        PlannedEnsemble? planned,
        ClassificationModelInfo? classification = null,
        SynthesisModelInfo? synthesis = null,
        EncoderModelInfo? encoder = null
    )
    {
        if (json)
        {
            Report.Json(new { path, columns, stages, segmentation = info, planned, classification, synthesis, encoder });
            return;
        }

        IEnumerable<string[]> rows =
        [
            .. columns.Select(column => new[] { "input column", column }),
            .. stages.Select(stage => new[] { "step", Describe(stage) }),
            .. info is null ? [] : Describe(info),
            .. planned is null ? [] : Describe(planned),
            .. classification is null ? [] : Describe(classification),
            .. synthesis is null ? [] : Describe(synthesis),
            .. encoder is null ? [] : Describe(encoder),
        ];
        Report.Table([Path.GetFileName(path), ""], rows);
    }

    private static string Describe(ModelStage stage)
        => stage.PayloadLength > 0
            ? $"{stage.Name}, {stage.PayloadLength / 1048576.0:0.##} MiB"
            : Words(stage.Options) is { Length: > 0 } words ? $"{stage.Name}: {words}" : stage.Name;

    /// <summary>Options as words: "method ZScore, lower percentile 0.5".</summary>
    internal static string Words(JsonNode? options) => options switch
    {
        JsonObject members => string.Join(
            ", ",
            members
                .Where(member => member.Value is not (null or JsonArray { Count: 0 }))
                .Select(member =>
                    member.Value is JsonObject
                        ? $"{Name(member.Key)} ({Words(member.Value)})"
                        : $"{Name(member.Key)} {Words(member.Value)}"
                )
        ),
        JsonArray values => string.Join(" ", values.Select(value => value is JsonObject ? $"({Words(value)})" : Words(value))),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            _ => $"{value}",
        },
        _ => "none",
    };

    // "LowerPercentile" and "lowerPercentile" are "lower percentile".
    private static string Name(string key) =>
        Capital().Replace(key, letter => (letter.Index > 0 ? " " : "") + letter.Value.ToLowerInvariant());

    [GeneratedRegex("(?<![A-Z])[A-Z]")]
    private static partial Regex Capital();

    // A planned network carries its preprocessing as JSON.
    private static string Preprocessing(string text) => text is ['{', ..] ? Words(JsonNode.Parse(text)) : text;

    private static IEnumerable<string[]> Describe(PlannedEnsemble planned) =>
    [
        ["origin", planned.Origin],
        [planned.HasRegions ? "regions" : "classes", string.Join(", ", planned.Outputs.Select(output => $"{output.Value} {output.Name}"))],
        .. planned.Members.SelectMany(Stages).Select(member => new[] { member.Name, Describe(member) }),
        .. planned.PostProcessing is { } steps ? new[] { new[] { "post-processing", steps.ToString() } } : [],
    ];

    private static string Describe(PlannedMember member) =>
        $"{member.Networks} network{(member.Networks == 1 ? "" : "s")}, patch "
        + $"{string.Join(" x ", member.Patch)}, overlap {member.Overlap}, "
        + $"{(member.MirrorAxes.Count == 0 ? "not mirrored" : $"mirrored along {string.Join(", ", member.MirrorAxes)}")}"
        + $"; {member.Preprocessing}";

    // A configuration, then the stages before it.
    private static IEnumerable<PlannedMember> Stages(PlannedMember member)
        => member.PreviousStage is { } previous ? Stages(previous).Prepend(member) : [member];

    private static IEnumerable<string[]> Describe(ClassificationModelInfo info) =>
    [
        ["network", info.Network],
        ["classes", string.Join(", ", info.Classes)],
        ["image", $"{info.Shape}, {info.Orientation ?? "any orientation"}"],
        ["intensities", info.Normalization.ToString()],
        ["made by", $"version {info.LibraryVersion}"],
    ];

    private static IEnumerable<string[]> Describe(SynthesisModelInfo info) =>
    [
        ["network", info.Network],
        [
            "synthesises",
            string.Join(", ", info.Targets.Select(target => target.Name)) + (info.HasDifficulty ? ", and their difficulty" : ""),
        ],
        ["patch", info.Patch.ToString()],
        ["trained on", $"{(info.Spacing is { } spacing ? $"{spacing} mm" : "any spacing")}, {info.Orientation ?? "any orientation"}"],
        ["preprocessing", Preprocessing(info.Preprocessing)],
        ["made by", $"version {info.LibraryVersion}"],
    ];

    private static IEnumerable<string[]> Describe(EncoderModelInfo info) =>
    [
        ["network", $"encoder of {info.Network}"],
        ["embedding", $"{info.Features} numbers"],
        ["patch", info.Patch.ToString()],
        [
            "trained on",
            $"{(info.Spacing is [var x, var y, var z] ? $"{new Vector3D(x, y, z)} mm" : "any spacing")}, "
                + $"{info.Orientation ?? "any orientation"}",
        ],
        ["made by", $"version {info.LibraryVersion}"],
    ];

    private static IEnumerable<string[]> Describe(SegmentationModelInfo info) =>
    [
        ["network", info.Network],
        ["classes", string.Join(", ", info.Classes.Select(c => $"{c.Value} {c.Name}"))],
        ["patch", info.Patch.ToString()],
        ["trained on", $"{(info.Spacing is { } spacing ? $"{spacing} mm" : "any spacing")}, {info.Orientation ?? "any orientation"}"],
        ["preprocessing", Preprocessing(info.Preprocessing)],
        ["made by", $"version {info.LibraryVersion}"],
    ];
}
