using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg evaluate: predicted labels against an expert's.</summary>
internal sealed class EvaluateCommand : IToolCommand
{
    private readonly Argument<string> _data = new("data") { Description = "The cases with an expert's labels: dataset.json, .csv, .tsv, or a data set folder." };
    private readonly Argument<string> _predictions = new("predictions") { Description = "Folder with the predicted labels, CASE.nii.gz, as `medseg score` writes them." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command("evaluate", "Measures Dice and IoU of predicted labels.") { _data, _predictions, _json };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult arguments)
    {
        var context = SharedOptions.CreateContext(null);
        var dataset = context.MedicalSegmentation().Data.Read(arguments.GetRequiredValue(_data));
        var folder = arguments.GetRequiredValue(_predictions);
        var metrics = EvaluationJob.Run(context, Pairs(dataset, folder), dataset.Classes);
        if (arguments.GetValue(_json))
        {
            Report.Json(MetricsTable.ToJson(metrics));
        }
        else
        {
            MetricsTable.Print(metrics);
        }

        return ExitCode.Success;
    }

    private static List<LabelPair> Pairs(SegmentationDataset dataset, string folder)
    {
        var pairs = new List<LabelPair>();
        foreach (var one in dataset.Cases)
        {
            var predicted = Path.Combine(folder, one.Id + ".nii.gz");
            if (one.LabelPath is { } label && File.Exists(predicted))
            {
                pairs.Add(new() { CaseId = one.Id, LabelPath = label, PredictedPath = predicted });
            }
        }

        Report.Step($"{pairs.Count} of {dataset.Cases.Count} cases have a prediction in '{folder}'.");
        return pairs.Count > 0
            ? pairs
            : throw new ArgumentException($"No case of the data set has both labels and a prediction in '{folder}'. Predictions are named CASE.nii.gz, such as {dataset.Cases[0].Id}.nii.gz.");
    }
}
