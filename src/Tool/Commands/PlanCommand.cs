using System.CommandLine;
using MedSeg.Information;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Planning;

namespace MedSeg.Commands;

/// <summary>medseg plan: spacing, preprocessing, patch, network and batch for a data set, each with its reason.</summary>
internal sealed class PlanCommand : IToolCommand
{
    private readonly Argument<string?> _data = new("data")
    {
        Description = "The cases: dataset.json, .csv, .tsv, or a data set folder. Left out with --fingerprint and --dataset.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _fingerprint = new("--fingerprint")
    {
        Description = "nnU-Net's dataset_fingerprint.json, in place of reading the cases.",
    };
    private readonly Option<string?> _dataset = new("--dataset") { Description = "nnU-Net's dataset.json, with --fingerprint." };
    private readonly Option<string> _preset = new("--preset")
    {
        Description = $"Form and size of the network: {string.Join(", ", PlanningPreset.All.Select(preset => preset.Name))}.",
        DefaultValueFactory = _ => PlanningPreset.Default.Name,
    };

    private readonly Option<double?> _memory = new("--memory")
    {
        Description = "GPU memory to plan for, in GB. Default: that of the preset.",
    };
    private readonly Option<double[]> _spacing = new("--spacing")
    {
        Description = "Voxel spacing to train at: mm along z, y and x. Default: by the data.",
        Arity = new ArgumentArity(3, 3),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _plansName = new("--plans-name")
    {
        Description = "nnU-Net's name of the plans. Default: that of the preset.",
    };
    private readonly Option<string?> _datasetName = new("--dataset-name")
    {
        Description = "Name of the data set in the plan. Default: by the data.",
    };
    private readonly Option<bool> _nnUNet = new("--nnunet") { Description = "Write the plan as nnU-Net's nnUNetPlans.json." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Write the plan to this JSON file." };
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "Cases read at once; memory holds as many. Default: one per processor, at most 4.",
    };

    public Command Build()
    {
        var command = new Command(
            "plan",
            "Plans spacing, preprocessing, patch, network and batch for a data set by nnU-Net's "
                + "rules, and gives the reason of every decision."
        )
        {
            _data, _fingerprint, _dataset, _preset, _memory, _spacing, _plansName, _datasetName, _nnUNet, _output, _json, _threads,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var spacing = arguments.GetValue(_spacing);
        var options = new PlanningOptions
        {
            Preset = PlanningPreset.Find(arguments.GetRequiredValue(_preset)),
            MemoryGigabytes = arguments.GetValue(_memory),
            Spacing = spacing is { Length: > 0 } ? spacing : null,
            PlansName = arguments.GetValue(_plansName),
        };
        var plan = (arguments.GetValue(_data), arguments.GetValue(_fingerprint), arguments.GetValue(_dataset)) switch
        {
            ({ } data, null, null) => PlanFromCases(data, options, arguments.GetValue(_threads), cancellation),
            (null, { } fingerprint, { } dataset) => PlanFromFingerprint(fingerprint, dataset, options, arguments.GetValue(_datasetName)),
            _ => throw new ArgumentException("Give either DATA, or --fingerprint and --dataset."),
        };
        if (arguments.GetValue(_datasetName) is { } name)
        {
            plan = plan with { Dataset = name };
        }

        if (arguments.GetValue(_output) is { } path)
        {
            if (arguments.GetValue(_nnUNet))
            {
                plan.SaveNnUNet(path);
            }
            else
            {
                plan.Save(path);
            }

            Report.Step($"Wrote {path}.");
        }

        if (arguments.GetValue(_json))
        {
            Report.Line(arguments.GetValue(_nnUNet) ? plan.ToNnUNetJson() : plan.ToJson());
        }
        else
        {
            PlanTables.Print(plan);
        }

        return ExitCode.Success;
    }

    private static SegmentationPlan PlanFromCases(string data, PlanningOptions options, int? threads, CancellationToken cancellation)
    {
        var reading = new DatasetValidationOptions { CancellationToken = cancellation };
        return new MLContext()
            .MedicalSegmentation()
            .Plan(data, options, threads is { } count ? reading with { MaximumThreads = count } : reading);
    }

    private static SegmentationPlan PlanFromFingerprint(string fingerprint, string dataset, PlanningOptions options, string? name)
    {
        var description = PlanningDataset.LoadNnUNet(dataset);
        return SegmentationPlanner.Plan(
            PlanningFingerprint.LoadNnUNet(fingerprint),
            name is null ? description : description with { Name = name },
            options
        );
    }
}
