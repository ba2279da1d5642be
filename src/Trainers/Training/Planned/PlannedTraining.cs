using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Preprocessing;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;

namespace Microsoft.ML.MedicalSegmentation.Training.Planned;

/// <summary>One planned training: fingerprint, plan, preparation of the cases, training, and the model that does the same to new volumes.</summary>
/// <param name="context">Says which device computes.</param>
/// <param name="options">Valid options.</param>
/// <param name="training">Valid options of the training, with a seed.</param>
/// <param name="log">Takes lines for users.</param>
/// <param name="warn">Takes what users should look at.</param>
internal sealed class PlannedTraining(
    MLContext context, PlannedSegmentationTrainer.Options options, SegmentationTrainer.Options training, Action<string> log, Action<string> warn)
{
    /// <summary>Trains.</summary>
    public PlannedTransformer Train(IDataView data)
    {
        var rows = new TrainingRows(data, "training data", training);
        var named = rows.FindClasses(training.Classes, log);
        var classes = new ClassMap(named);
        var (plan, orientation) = FindPlan(rows, classes);
        var configuration = Choose(plan);
        var network = PlannedNetworkChoice.Of(options, configuration, classes.Classes.Count);
        var preprocessing = PlannedPreprocessing.Of(plan, configuration.Name);
        preprocessing = preprocessing with { Orientation = preprocessing.Orientation ?? orientation };
        log($"Plan: {configuration.Name}, {string.Join(" x ", configuration.Spacing.Select(step => $"{step:0.###}"))} mm, patches of {network.Patch}, batches of {network.BatchSize}.");

        var cases = new PlannedCases(preprocessing, training.CancellationToken);
        var adapted = training with
        {
            Network = network.Options,
            Classes = named,
            Loss = training.Loss ?? (options.Network is null ? new DiceCrossEntropyLoss { BatchDice = configuration.BatchDice } : null),
            Sampling = training.Sampling with { PatchSize = network.Patch, BatchSize = network.BatchSize },
            Export = training.Export with { Preprocessing = JsonSerializer.Serialize(preprocessing), ScoringPatchSize = null },
        };
        var (model, history) = new TrainingRun(context, adapted, training.Seed ?? 0, log, warn, cases.Prepare).Train(data);
        PlannedEnsemble ensemble = new()
        {
            Outputs = [.. classes.Classes.Select(c => new PlannedOutput(c.Name, c.Value))],
            Members =
            [
                new()
                {
                    Name = configuration.Name,
                    Preprocessing = preprocessing,
                    Patch = [.. network.Patch.ToSides(network.Options.SpatialDims).Select(side => (int)side)],
                    OutputChannels = classes.Classes.Count,
                    Networks = 1,
                },
            ],
            Origin = $"trained by plan, {network.Options.Entry.Key}",
        };
        var transformer = PlannedSegmentation.Create(
            context, ensemble, [model.Onnx.ToArray()], training.PredictedLabelColumnName, training.ImageColumnName, training.ProbabilityColumnName, training.Scoring);
        (transformer.Plan, transformer.TrainingHistories) = (plan, [history]);
        return transformer;
    }

    private (SegmentationPlan Plan, string Orientation) FindPlan(TrainingRows rows, ClassMap classes)
    {
        if (options.Plan is { } given)
        {
            options.PlanCallback?.Invoke(given);
            return (given, rows.FirstOrientation());
        }

        var fingerprint = new DataFingerprint(classes, rows.ChannelNames);
        foreach (var (row, image, labels) in rows.Read())
        {
            fingerprint.Add(row, image, labels);
        }

        if (fingerprint.IsEmpty)
        {
            throw rows.NoRows();
        }

        var planning = options.Planning ?? new() { Preset = context.GpuDeviceId is null ? PlanningPreset.Processor : PlanningPreset.Default };
        var plan = SegmentationPlanner.Plan(fingerprint.ToFingerprint(), fingerprint.Describe(), planning);
        options.PlanCallback?.Invoke(plan);
        return (plan, fingerprint.Orientation);
    }

    private PlannedConfiguration Choose(SegmentationPlan plan)
    {
        var flat = options.Network is { } network && !network.Entry.SpatialDims.Contains(3);
        var name = options.Configuration
            ?? (!flat && plan.Configurations.Any(one => one.Name == "3d_fullres") ? "3d_fullres" : plan.Configurations.Any(one => one.Name == "2d") ? "2d" : plan.Configurations[0].Name);
        var chosen = plan.Configuration(name);
        return chosen.PreviousStage is null
            ? chosen
            : throw new ArgumentException(
                $"The configuration '{name}' takes labels of '{chosen.PreviousStage}' as input; training of cascades is not supported. Train "
                + $"{string.Join(" or ", plan.Configurations.Where(one => one.PreviousStage is null).Select(one => $"'{one.Name}'"))}.");
    }
}
