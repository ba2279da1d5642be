using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Scoring;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;

namespace Microsoft.ML.MedicalSegmentation;

/// <summary>A planned model in a pipeline: a column of volumes in, a column of label volumes on their grids out.</summary>
/// <remarks>
/// Volumes come as they were loaded; the transformer does to them what was done to those of training. Several networks are an ensemble.
/// Sessions of ONNX Runtime are opened with the first row; disposing frees them, and a row that is read afterwards opens others.
/// </remarks>
public sealed class PlannedTransformer : VolumeTransformer
{
    private readonly PlannedScoring _function;
    private readonly string _input;
    private readonly string[] _outputs;

    internal PlannedTransformer(PlannedScoring function, string input, IEnumerable<string> outputs)
        : base(nameof(PlannedSegmentation), function, [input], outputs)
        => (_function, _input, _outputs) = (function, input, [.. outputs]);

    /// <summary>What is predicted, and by which configurations.</summary>
    public PlannedEnsemble Ensemble => _function.Ensemble;

    /// <summary>The networks as ONNX files: those of each member in turn, of its earlier stages after it.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Networks => [.. _function.Networks.Select(network => new ReadOnlyMemory<byte>(network))];

    /// <summary>
    /// The plan that the networks were trained by; null for a model that was not trained in this process. It is not saved.
    /// </summary>
    public SegmentationPlan? Plan { get; internal set; }

    /// <summary>
    /// How each network was trained, in their order; empty for a model that was not trained in this process. It is not saved.
    /// </summary>
    public IReadOnlyList<SegmentationTrainingHistory> TrainingHistories { get; internal set; } = [];

    /// <summary>The labels of one volume.</summary>
    internal LabelVolume Segment(Volume volume, CancellationToken cancellationToken) =>
        _function.Segment(volume, ScoringOutput.None, cancellationToken).Labels;

    /// <summary>The same model with other steps at its end.</summary>
    internal PlannedTransformer With(MLContext context, PostProcessingPlan? postProcessing)
        => new(
            new PlannedScoring(
                _function.State with
                {
                    Ensemble = Ensemble with { PostProcessing = postProcessing },
                },
                _function.Networks,
                () => ScoringDevice.Of(context),
                new ScoringLog(context).Warn
            ),
            _input,
            _outputs)
        {
            Plan = Plan,
            TrainingHistories = TrainingHistories,
        };

    /// <summary>One model of several; networks that were trained alike become one member.</summary>
    internal static PlannedTransformer Join(MLContext context, IReadOnlyList<PlannedTransformer> models)
    {
        var first = models[0];
        if (
            models.FirstOrDefault(model =>
                !model.Ensemble.Outputs.SequenceEqual(first.Ensemble.Outputs) || model.Ensemble.HasRegions != first.Ensemble.HasRegions
            ) is
            { } other
        )
        {
            throw new ArgumentException(
                $"The models predict different classes: {Names(first)}, and {Names(other)}. Make an ensemble of models of one data set.",
                nameof(models)
            );
        }

        var alike = models.SelectMany(Parts).GroupBy(part => part.Key).ToList();
        var ensemble = first.Ensemble with
        {
            Members = [.. alike.Select(parts => parts.First().Member with { Networks = parts.Sum(part => part.Member.Networks) })],
        };
        var function = new PlannedScoring(
            first._function.State with { Ensemble = ensemble },
            [.. alike.SelectMany(parts => parts.SelectMany(part => part.Own).Concat(parts.First().Earlier))],
            () => ScoringDevice.Of(context),
            new ScoringLog(context).Warn);
        return new(function, first._input, first._outputs)
        {
            Plan = first.Plan,
            TrainingHistories = [.. models.SelectMany(model => model.TrainingHistories)],
        };
    }

    // Cascades are alike where their earlier stages have the same networks.
    private static IEnumerable<(string Key, PlannedMember Member, byte[][] Own, byte[][] Earlier)> Parts(PlannedTransformer model)
    {
        var start = 0;
        foreach (var member in model.Ensemble.Members)
        {
            byte[][] networks = [.. model._function.Networks.Skip(start).Take(member.AllNetworks)];
            var (own, earlier) = (networks[..member.Networks], networks[member.Networks..]);
            var key =
                JsonSerializer.Serialize(member with { Networks = 1 })
                + string.Concat(earlier.Select(network => Convert.ToHexString(SHA256.HashData(network))));
            yield return (key, member, own, earlier);
            start += networks.Length;
        }
    }

    private static string Names(PlannedTransformer model) =>
        string.Join(", ", model.Ensemble.Outputs.Select(output => $"{output.Value} {output.Name}"));
}
