using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.RowFunctions;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>
/// Brings predicted labels through the steps of a <see cref="PostProcessingPlan"/>; appended to a model, it is saved with it.
/// </summary>
/// <remarks>
/// Memory: one copy of the labels and 16 bytes for each run of equal voxels. A plan without steps passes the labels through.
/// </remarks>
public sealed class PostProcessLabelsEstimator : VolumeEstimator
{
    internal const string Name = "PostProcessLabels";

    private readonly PostProcessingPlan _plan;

    internal PostProcessLabelsEstimator(Options options)
        : base(Name, [options.InputColumnName ?? options.OutputColumnName], [options.OutputColumnName])
        => _plan = options.Plan;

    /// <summary>Options of <see cref="PostProcessLabelsEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of post-processed labels that is added. Default: "PredictedLabel".</summary>
        public string OutputColumnName = "PredictedLabel";

        /// <summary>The column of predicted labels. Default: that of the output.</summary>
        public string? InputColumnName;

        /// <summary>The steps. Default: none.</summary>
        public PostProcessingPlan Plan = new();
    }

    private protected override RowFunction MakeFunction(InputColumns columns) =>
        new LabelPostProcessing(PostProcessLabelsSettings.Of(_plan));
}

/// <summary>The plan as JSON.</summary>
internal sealed record PostProcessLabelsSettings(JsonElement Plan) : ICheckedSettings
{
    /// <summary>The settings of a plan.</summary>
    public static PostProcessLabelsSettings Of(PostProcessingPlan plan) => new(JsonSerializer.Deserialize<JsonElement>(plan.ToJson()));

    /// <summary>The plan, checked.</summary>
    /// <exception cref="ArgumentException">It has unknown steps or options that cannot be used.</exception>
    public PostProcessingPlan ToPlan() =>
        PostProcessingPlan.FromJson(Plan.ValueKind == JsonValueKind.Undefined ? "null" : Plan.GetRawText());

    /// <inheritdoc/>
    public void Validate() => ToPlan();
}

/// <summary>Post-processes the labels of a row.</summary>
internal sealed class LabelPostProcessing(PostProcessLabelsSettings settings)
    : SettingsFunction<LabelVolumeInput, LabelVolumeOutput, PostProcessLabelsSettings>(settings, new PostProcessLabelsContract())
{
    private readonly PostProcessingPlan _plan = settings.ToPlan();

    public override void Apply(LabelVolumeInput input, LabelVolumeOutput output) => output.Labels = _plan.Apply(input.Labels);
}

/// <summary>Version 1 of saved PostProcessLabels.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class PostProcessLabelsContract()
    : RowContract<LabelVolumeInput, LabelVolumeOutput>(
        ContractName,
        state => new LabelPostProcessing(state.Read<PostProcessLabelsSettings>())
    )
{
    public const string ContractName = ZipStages.ContractPrefix + "PostProcessLabels/1";
}
