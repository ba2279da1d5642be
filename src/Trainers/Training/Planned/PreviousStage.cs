using Microsoft.ML.MedicalSegmentation.Scoring.Planned;

namespace Microsoft.ML.MedicalSegmentation.Training.Planned;

/// <summary>
/// The trained stage before of a cascade: predicts the labels that the next stage takes as input, and becomes a part of its model.
/// </summary>
internal sealed class PreviousStage : IDisposable
{
    private readonly PlannedTransformer _model;
    private readonly CancellationToken _cancellationToken;

    /// <param name="context">Says which device computes.</param>
    /// <param name="model">A planned model, or a pipeline that ends in one.</param>
    /// <param name="configuration">The configuration of the stage.</param>
    /// <param name="outputs">What the next stage predicts.</param>
    /// <param name="cancellationToken">Stops between tiles.</param>
    /// <exception cref="ArgumentException">The model is another one.</exception>
    public PreviousStage(
        MLContext context,
        ITransformer model,
        string configuration,
        IReadOnlyList<PlannedOutput> outputs,
        CancellationToken cancellationToken
    )
    {
        var last = model is IEnumerable<ITransformer> chain ? chain.LastOrDefault() : model;
        if (
            last is not PlannedTransformer { Ensemble: { Members: [var member], HasRegions: false } ensemble } planned
            || member.Name != configuration
        )
        {
            throw new ArgumentException(
                $"PreviousStage must be a planned model of the configuration '{configuration}' alone, or a pipeline that ends in "
                    + $"one; it is {Describe(last)}. Train '{configuration}' first.",
                nameof(model)
            );
        }

        if (!ensemble.Outputs.Select(output => output.Value).SequenceEqual(outputs.Select(output => output.Value)))
        {
            throw new ArgumentException(
                $"PreviousStage predicts the labels {Values(ensemble.Outputs)}, and the training data have {Values(outputs)}. Train "
                    + "both stages on the same classes.",
                nameof(model)
            );
        }

        // As in scoring, where the stage's own labels are handed on.
        byte[][] networks = [.. planned.Networks.Select(network => network.ToArray())];
        _model = PlannedSegmentation.Create(context, ensemble with { PostProcessing = null }, networks);
        (Member, Networks, _cancellationToken) = (member, networks, cancellationToken);
    }

    /// <summary>The configuration.</summary>
    public PlannedMember Member { get; }

    /// <summary>Its networks.</summary>
    public IReadOnlyList<byte[]> Networks { get; }

    /// <summary>The label values that it hands on, one channel each.</summary>
    public IReadOnlyList<int> Labels => [.. _model.Ensemble.Outputs.Select(output => output.Value).Where(value => value != 0)];

    /// <summary>The labels of a case: those of its column or, where there are none, predicted ones.</summary>
    public LabelVolume LabelsOf(TrainingRow row) => row.Previous ?? _model.Segment(row.Image, _cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static string Describe(ITransformer? model) =>
        model is PlannedTransformer planned
            ? $"of {string.Join(" and ", planned.Ensemble.Members.Select(member => member.Name))}"
                + $"{(planned.Ensemble.HasRegions ? " with regions" : "")}"
            : $"a {model?.GetType().Name ?? "pipeline of nothing"}";

    private static string Values(IEnumerable<PlannedOutput> outputs) => string.Join(", ", outputs.Select(output => output.Value));
}
