using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg report: an evaluation as one HTML file with pictures.</summary>
internal sealed class ReportCommand : IToolCommand
{
    private readonly Argument<string> _data = new("data")
    {
        Description = "The cases with images and an expert's labels: dataset.json, .csv, .tsv, or a data set folder.",
    };
    private readonly Argument<string> _predictions = new("predictions")
    {
        Description = "Folder with the predicted labels, CASE.nii.gz, as `medseg score` writes them.",
    };
    private readonly Option<string> _output = SharedOptions.Output("The file to write; default: report.html.");
    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = "The model zip: its card is shown, and the images are compared with those of its training.",
    };
    private readonly Option<string?> _doubt = new("--doubt")
    {
        Description = "Folder with volumes of doubt, CASE.nii.gz, as `medseg score --doubt` writes them.",
    };
    private readonly Option<string?> _compare = new("--compare")
    {
        Description = "Folder with another model's predictions, to be compared case by case.",
    };
    private readonly Option<string?> _title = new("--title") { Description = "The heading." };
    private readonly Option<string[]> _metrics = new("--metrics")
    {
        Description = $"Metrics by key. Default: {string.Join(' ', ReportJob.DefaultMetrics.Select(metric => metric.Key))}.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly GroupOptions _group = new();

    public Command Build()
    {
        var command = new Command(
            "report",
            "Writes an evaluation as one HTML file that opens from disk: figures, worst and best cases, a viewer."
        )
        {
            _data, _predictions, _output, _model, _doubt, _compare, _title, _metrics, _group.Column, _group.Table,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult arguments)
    {
        var context = DeviceContext.Create(null);
        var (data, predictions) = (arguments.GetRequiredValue(_data), arguments.GetRequiredValue(_predictions));
        var dataset = context.MedicalSegmentation().Data.Read(data);
        var metrics = arguments.GetValue(_metrics) is { Length: > 0 } keys ? MetricList.Find(keys) : ReportJob.DefaultMetrics;
        var result = EvaluationJob.Run(context, dataset, predictions, metrics, _group.Read(context, arguments, data));
        var options = new ReportOptions
        {
            Title = arguments.GetValue(_title) ?? $"Segmentation report: {dataset.Name}",
            Comparison = arguments.GetValue(_compare) is { } other
                ? result.Compare(EvaluationJob.Run(context, dataset, other, metrics))
                : [],
        };
        var output = arguments.GetValue(_output) ?? "report.html";
        ReportJob.Write(context, dataset, predictions, result, output, options, arguments.GetValue(_model), arguments.GetValue(_doubt));
        Report.Line($"Wrote {Path.GetFullPath(output)}.");
        return result.MissingCases.Count == 0 ? ExitCode.Success : ExitCode.SomeFailed;
    }
}
