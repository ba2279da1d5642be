using System.CommandLine;
using System.Globalization;
using MedSeg.Jobs;
using MedSeg.Synthesis;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg synthesize evaluate: synthesised volumes against their targets.</summary>
internal sealed class SynthesizeEvaluateCommand : IToolCommand
{
    private readonly Argument<string> _data = new("data")
    {
        Description = "The pairs: a .csv or .tsv with the columns source and target, or a folder with the folders source and target.",
    };
    private readonly Argument<string> _volumes = new("volumes")
    {
        Description = "Folder with the synthesised volumes, CASE.nii.gz, as `medseg synthesize score` writes them.",
    };
    private readonly Option<string?> _mask = new("--mask")
    {
        Description = "Column of the table, or a folder of CASE.nii.gz: errors within these masks are measured too.",
    };
    private readonly Option<double?> _range = new("--data-range")
    {
        Description = "What errors are compared with, in the target's unit; default: largest less smallest value of each target.",
    };
    private readonly Option<bool> _allowMissing = new("--allow-missing")
    {
        Description = "Return 0 although cases have no volume. They are counted either way.",
    };
    private readonly Option<string?> _csv = new("--csv") { Description = "File for a row per case and region." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command(
            "evaluate",
            "Measures synthesised volumes: PSNR, SSIM, normalised absolute and mean squared error, with intervals."
        )
        {
            _data, _volumes, _mask, _range, _allowMissing, _csv, _json,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult arguments)
    {
        var context = DeviceContext.Create(null);
        var data = PairedData.Read(context, arguments.GetRequiredValue(_data), arguments.GetValue(_mask));
        var metrics = SynthesisEvaluation.Run(context, data, arguments.GetRequiredValue(_volumes), arguments.GetValue(_range));
        if (arguments.GetValue(_csv) is { } csv)
        {
            WholeFile.Write(csv, metrics.ToCsv());
        }

        if (arguments.GetValue(_json))
        {
            Report.Line(metrics.ToJson());
        }
        else
        {
            Print(metrics);
        }

        if (metrics.MissingCases.Count == 0)
        {
            return ExitCode.Success;
        }

        var text =
            $"{metrics.MissingCases.Count} of {metrics.Cases.Count + metrics.MissingCases.Count} cases have no synthesised volume "
            + $"and are in no mean: {string.Join(", ", metrics.MissingCases.Take(20))}.";
        if (arguments.GetValue(_allowMissing))
        {
            Report.Warning(text);
            return ExitCode.Success;
        }

        Report.Problem($"{text} Score them, or use --allow-missing to accept it.");
        return ExitCode.SomeFailed;
    }

    private static void Print(SynthesisMetrics metrics)
    {
        bool[] regions = metrics.HasMask ? [false, true] : [false];
        Report.Table(
            ["region", "measure", "mean", "95 % interval", "cases"],
            regions.SelectMany(inMask =>
                SynthesisMetrics.Keys.Select(key =>
                {
                    var summary = metrics.Summarize(key, inMask);
                    return (string[])
                        [
                            inMask ? "mask" : "whole",
                            key,
                            Text(summary.Mean),
                            $"{Text(summary.Lower)} to {Text(summary.Upper)}",
                            $"{summary.Count}",
                        ];
                })
            )
        );
    }

    private static string Text(double value) => double.IsNaN(value) ? "n/a" : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
