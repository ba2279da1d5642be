using System.Text.Json;
using Microsoft.ML.MedicalSegmentation.Data.Cases;
using Microsoft.ML.MedicalSegmentation.Losses;
using Microsoft.ML.MedicalSegmentation.Planning;
using Microsoft.ML.MedicalSegmentation.Preprocessing;
using Microsoft.ML.MedicalSegmentation.Scoring.Planned;

namespace Microsoft.ML.MedicalSegmentation.Training.Planned;

/// <summary>
/// One planned training: fingerprint, plan, preparation of the cases, training, and the model that does the same to new volumes.
/// </summary>
/// <param name="context">Says which device computes.</param>
/// <param name="options">Valid options.</param>
/// <param name="training">Valid options of the training, with a seed.</param>
/// <param name="log">Takes lines for users.</param>
/// <param name="warn">Takes what users should look at.</param>
internal sealed class PlannedTraining(
    MLContext context,
    PlannedSegmentationTrainer.Options options,
    SegmentationTrainer.Options training,
    Action<string> log,
    Action<string> warn
)
{
    /// <summary>Trains.</summary>
    public PlannedTransformer Train(IDataView data)
    {
        var rows = new TrainingRows(data, "training data", training);
        var named = rows.FindClasses(training.Classes, log);
        var classes = new ClassMap(named);
        var regions = options.Regions is { } given ? new RegionMap(given, classes) : null;
        IReadOnlyList<PlannedOutput> outputs = regions is null
            ? [.. classes.Classes.Select(c => new PlannedOutput(c.Name, c.Value))]
            : [.. regions.Regions.Select(region => new PlannedOutput(region.Name, region.WrittenValue))];
        var (plan, orientation) = FindPlan(rows, classes);
        var configuration = Choose(plan);
        using var previous = PreviousOf(configuration, outputs);
        var network = PlannedNetworkChoice.Of(options, configuration, previous?.Labels.Count ?? 0, outputs.Count);
        var preprocessing = PlannedPreprocessing.Of(plan, configuration.Name);

        // The stages of a cascade see a volume turned alike.
        preprocessing = preprocessing with
        {
            Orientation = previous is null ? preprocessing.Orientation ?? orientation : previous.Member.Preprocessing.Orientation,
        };
        log(
            $"Plan: {configuration.Name}, {string.Join(" x ", configuration.Spacing.Select(step => $"{step:0.###}"))} mm, patches "
                + $"of {network.Patch}, batches of {network.BatchSize}."
        );

        var cases = new PlannedCases(preprocessing, training.CancellationToken, previous);
        var adapted = training with
        {
            Network = network.Options,
            Classes = named,
            Loss = regions is not null
                ? new RegionLoss { Regions = regions.ClassIndices, Classes = classes.Classes.Count, BatchDice = configuration.BatchDice }
                : training.Loss ?? (options.Network is null ? new DiceCrossEntropyLoss { BatchDice = configuration.BatchDice } : null),
            Sampling = training.Sampling with { PatchSize = network.Patch, BatchSize = network.BatchSize },
            Export = training.Export with { Preprocessing = JsonSerializer.Serialize(preprocessing), ScoringPatchSize = null },
        };
        CaseSteps steps = new()
        {
            Prepare = cases.Prepare,
            MaskChannels = previous?.Labels.Count ?? 0,
            PreviousColumn = options.PreviousLabelColumnName,
            Regions = regions,
        };
        var trained = new TrainingRun(context, adapted, training.Seed ?? 0, log, warn, steps).Train(data);
        PlannedEnsemble ensemble = new()
        {
            Outputs = outputs,
            HasRegions = regions is not null,
            RegionLabels = regions is null ? null : [.. regions.Regions.Select(region => region.Values)],
            Members =
            [
                new()
                {
                    Name = configuration.Name,
                    Preprocessing = preprocessing,
                    Patch = [.. network.Patch.ToSides(network.Options.SpatialDims).Select(side => (int)side)],
                    OutputChannels = outputs.Count,
                    Networks = 1,
                    PreviousStage = previous?.Member,
                    PreviousLabels = previous?.Labels ?? [],
                },
            ],
            Origin = $"trained by plan, {network.Options.Entry.Key}",
        };
        var transformer = PlannedSegmentation.Create(
            context, ensemble, [trained.Onnx, .. previous?.Networks ?? []],
            training.PredictedLabelColumnName, training.ImageColumnName, training.ProbabilityColumnName, training.Scoring);
        (transformer.Plan, transformer.TrainingHistories) = (plan, [trained.History]);
        return transformer;
    }

    private (SegmentationPlan Plan, string Orientation) FindPlan(TrainingRows rows, ClassMap classes)
    {
        if (options.Plan is { } given)
        {
            options.PlanCallback?.Invoke(given);
            return (given, rows.FirstOrientation());
        }

        var fingerprint = new DataFingerprint(classes, rows.ChannelNames, options.Regions ?? []);
        foreach (var (row, image, labels) in rows.Read())
        {
            fingerprint.Add(row, image, labels);
        }

        if (fingerprint.IsEmpty)
        {
            throw rows.NoRows();
        }

        var planning =
            options.Planning ?? new() { Preset = context.GpuDeviceId is null ? PlanningPreset.Processor : PlanningPreset.Default };
        var plan = SegmentationPlanner.Plan(fingerprint.ToFingerprint(), fingerprint.Describe(), planning);
        options.PlanCallback?.Invoke(plan);
        return (plan, fingerprint.Orientation);
    }

    private PlannedConfiguration Choose(SegmentationPlan plan)
    {
        var flat = options.Network is { } network && !network.Entry.SpatialDims.Contains(3);
        var name =
            options.Configuration
            ?? (
                !flat && plan.Configurations.Any(one => one.Name == "3d_fullres") ? "3d_fullres"
                : plan.Configurations.Any(one => one.Name == "2d") ? "2d"
                : plan.Configurations[0].Name
            );
        return plan.Configuration(name);
    }

    private PreviousStage? PreviousOf(PlannedConfiguration configuration, IReadOnlyList<PlannedOutput> outputs) =>
        (configuration.PreviousStage, options.PreviousStage) switch
        {
            (null, null) => null,
            ({ } name, { } model) => new(context, model, name, outputs, training.CancellationToken),
            ({ } name, null) => throw new ArgumentException(
                $"The configuration '{configuration.Name}' takes labels of '{name}' as input. Train '{name}' first, and give its "
                    + "model as PreviousStage (medseg train --previous)."
            ),
            (null, _) => throw new ArgumentException(
                $"The configuration '{configuration.Name}' is no stage after another, and PreviousStage is given. Leave it out, or "
                    + "train the cascade's last configuration."
            ),
        };
}
