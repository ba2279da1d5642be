using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg evaluate: predicted labels against an expert's.</summary>
internal sealed class EvaluateCommand : IToolCommand
{
    private readonly Argument<string> _data = new("data")
    {
        Description = "The cases with an expert's labels: dataset.json, .csv, .tsv, or a data set folder.",
    };
    private readonly Argument<string> _predictions = new("predictions")
    {
        Description = "Folder with the predicted labels, CASE.nii.gz, as `medseg score` writes them.",
    };
    private readonly Option<string[]> _metrics = new("--metrics")
    {
        Description = "Metrics by key, such as dice hd95 assd nsd@2. Default: dice iou.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<bool> _allowMissing = new("--allow-missing")
    {
        Description = "Return 0 although cases have no prediction. They are counted either way.",
    };
    private readonly Option<bool> _cases = new("--cases") { Description = "Print a table of the cases as well." };
    private readonly Option<string?> _csv = new("--csv") { Description = "File for a row per case and class." };
    private readonly Option<string?> _compare = new("--compare")
    {
        Description = "Folder with another model's predictions, to be compared case by case.",
    };
    private readonly GroupOptions _group = new();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command("evaluate", "Measures predicted labels: overlap, volumes, surface distances, lesions.")
        {
            _data, _predictions, _metrics, _allowMissing, _cases, _csv, _compare, _group.Column, _group.Table, _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var context = DeviceContext.Create(null);
        var dataset = context.MedicalSegmentation().Data.Read(arguments.GetRequiredValue(_data));
        var metrics = arguments.GetValue(_metrics) is { Length: > 0 } keys ? MetricList.Find(keys) : MetricList.Default;
        OutputFiles.Require([arguments.GetValue(_csv)], dataset.Cases.SelectMany(one => one.ImagePaths.Append(one.LabelPath)));
        var groups = _group.Read(context, arguments, arguments.GetRequiredValue(_data));
        var result = EvaluationJob.Run(context, dataset, arguments.GetRequiredValue(_predictions), metrics, groups, cancellation);
        IReadOnlyList<ModelComparison> comparison = arguments.GetValue(_compare) is { } other
            ? result.Compare(EvaluationJob.Run(context, dataset, other, metrics, cancellation: cancellation))
            : [];
        if (arguments.GetValue(_csv) is { } csv)
        {
            WholeFile.Write(csv, result.ToCsv());
        }

        if (arguments.GetValue(_json))
        {
            Report.Line(
                comparison.Count == 0
                    ? result.ToJson()
                    : Report.ToJson(
                        new
                        {
                            evaluation = System.Text.Json.Nodes.JsonNode.Parse(result.ToJson()),
                            comparison = MetricsTable.ToJson(comparison),
                        }
                    )
            );
        }
        else
        {
            MetricsTable.Print(result, withCases: arguments.GetValue(_cases));
            MetricsTable.PrintGroups(result);
            MetricsTable.Print(comparison);
        }

        return ReportMissing(result, arguments.GetValue(_allowMissing));
    }

    private static int ReportMissing(SegmentationMetrics result, bool isAllowed)
    {
        if (result.MissingCases.Count == 0)
        {
            return ExitCode.Success;
        }

        var total = result.Cases.Count + result.MissingCases.Count;
        var text =
            $"{result.MissingCases.Count} of {total} cases have no prediction and are in no mean: "
            + $"{string.Join(", ", result.MissingCases.Take(20))}"
            + (result.MissingCases.Count > 20 ? ", ..." : "")
            + ".";
        if (isAllowed)
        {
            Report.Warning(text);
            return ExitCode.Success;
        }

        Report.Problem($"{text} Score them, or use --allow-missing to accept it.");
        return ExitCode.SomeFailed;
    }
}
