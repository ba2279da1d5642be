using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace MedSeg.Information;

/// <summary>Prints a plan: its configurations, then every decision with its reason.</summary>
internal static class PlanTables
{
    /// <summary>The plan in a few lines of progress.</summary>
    public static void Brief(SegmentationPlan plan)
    {
        Report.Step(
            $"Plan {plan.PlansName}: median {string.Join(" x ", plan.MedianShape)} voxels of "
                + $"{string.Join(" x ", plan.MedianSpacing.Select(step => $"{step:0.####}"))} mm."
        );
        foreach (var configuration in plan.Configurations)
        {
            Report.Step($"  {Summary(configuration)}");
        }
    }

    public static void Print(SegmentationPlan plan)
    {
        Report.Line(
            $"{plan.Dataset}: {plan.PlansName}, median {string.Join(" x ", plan.MedianShape)} voxels of "
                + $"{string.Join(" x ", plan.MedianSpacing.Select(step => $"{step:0.####}"))} mm"
        );
        foreach (var configuration in plan.Configurations)
        {
            Report.Line($"  {Summary(configuration)}");
        }

        foreach (var decision in plan.Decisions)
        {
            Report.Line("");
            Report.Line($"{(decision.Configuration is { } configuration ? $"{configuration}, " : "")}{decision.Subject}: {decision.Value}");
            Report.Line($"  {decision.Reason}");
        }
    }

    private static string Summary(PlannedConfiguration configuration) =>
        $"{configuration.Name}: {string.Join(" x ", configuration.Spacing.Select(step => $"{step:0.####}"))} mm, patch "
        + $"{string.Join(" x ", configuration.PatchSize)}, batch {configuration.BatchSize}, {configuration.Network.Stages} stages of "
        + $"{string.Join(", ", configuration.Network.Features)} channels"
        + (configuration.PreviousStage is { } previous ? $", after {previous}" : "");
}
