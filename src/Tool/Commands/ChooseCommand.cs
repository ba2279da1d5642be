using System.CommandLine;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg choose: the best of several cross-validated configurations, with the post-processing that helps it.</summary>
internal sealed class ChooseCommand : IToolCommand
{
    private readonly Argument<string> _data = new("data")
    {
        Description = "The cases of the cross-validation: dataset.json, .csv, .tsv, or a data set folder.",
    };
    private readonly Argument<string[]> _models = new("models")
    {
        Description = "Zips that `medseg train --folds` wrote, each with those of its folds and splits.json beside it.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<bool> _single = new("--single") { Description = "Tries no averages of two configurations." };
    private readonly Option<string> _output = SharedOptions.Output("The model zip to write; default: best.zip.");
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command(
            "choose",
            "Finds the configuration, or the average of two, with the best cross-validated Dice, and the post-processing that helps it; writes one zip, as nnU-Net's rules have it."
        )
        {
            _data, _models, _single, _output, _gpu, _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var (paths, output) = (arguments.GetRequiredValue(_models), arguments.GetValue(_output) ?? "best.zip");
        OutputFiles.Require([output], [.. paths, arguments.GetRequiredValue(_data)]);
        var context = DeviceContext.Create(arguments.GetValue(_gpu));
        var medical = context.MedicalSegmentation();
        var dataset = medical.Data.Read(arguments.GetRequiredValue(_data));
        var candidates = paths.Select(path => (Name: Path.GetFileNameWithoutExtension(path), Folds: FoldsOf(path, dataset))).ToList();
        RequireSameCases(candidates);
        DataViewSchema? schema = null;
        List<CrossValidatedModel> models = [];
        foreach (var (name, folds) in candidates)
        {
            models.Add(new(name, [.. folds.Select(fold => medical.Models.Load(fold.Path, out schema))]));
        }

        List<IDataView> validation = [];
        foreach (var (fold, _) in candidates[0].Folds)
        {
            var rows = fold.Validation.ToDataView(context);
            validation.Add(medical.Transforms.LoadLabelVolumes().Fit(rows).Transform(rows));
        }

        Report.Step(
            $"Compares {string.Join(", ", models.Select(model => model.Name))} on {candidates[0].Folds.Sum(fold => fold.Fold.Validation.Cases.Count)} cases."
        );
        var choice = medical.Models.ChooseConfiguration(
            models,
            validation,
            regions: dataset.Regions,
            withEnsembles: !arguments.GetValue(_single),
            cancellationToken: cancellation
        );
        medical.SaveModel(choice.Model, schema, output);
        Print(choice, output, arguments.GetValue(_json));
        return ExitCode.Success;
    }

    private static IReadOnlyList<(DatasetFold Fold, string Path)> FoldsOf(string path, SegmentationDataset dataset) =>
        FoldFiles.Find(path, dataset)
        ?? throw new FileNotFoundException(
            $"There is no '{FoldFiles.Splits(path)}' beside '{path}'. Train it by `medseg train --folds`, or name another model.",
            FoldFiles.Splits(path)
        );

    private static void RequireSameCases(List<(string Name, IReadOnlyList<(DatasetFold Fold, string Path)> Folds)> candidates)
    {
        static string Cases(IReadOnlyList<(DatasetFold Fold, string Path)> folds) =>
            string.Join(
                '|',
                folds.Select(fold => string.Join(',', fold.Fold.Validation.Cases.Select(one => one.Id).Order(StringComparer.Ordinal)))
            );
        if (candidates.Find(other => Cases(other.Folds) != Cases(candidates[0].Folds)) is ({ } odd, _))
        {
            throw new ArgumentException(
                $"'{candidates[0].Name}' and '{odd}' were trained on other folds, so that their Dice cannot be compared. Train both with the same --splits or --seed."
            );
        }
    }

    private static void Print(ConfigurationChoice choice, string output, bool asJson)
    {
        if (asJson)
        {
            Report.Json(
                new
                {
                    model = output,
                    chosen = choice.Names,
                    postProcessing = choice.PostProcessing.Steps.Select(step => step.ToString()),
                    dice = choice.MeanDice,
                    results = choice.Results.Select(result => new
                    {
                        configurations = result.Names,
                        dice = result.MeanDice,
                        classes = result.ClassDice,
                    }),
                }
            );
            return;
        }

        Report.Table(
            ["configuration", "mean Dice"],
            choice.Results.Select(result => (string[])[string.Join(" + ", result.Names), $"{result.MeanDice:0.0000}"])
        );
        Report.Line(
            $"{string.Join(" + ", choice.Names)} with {choice.PostProcessing}: mean Dice {choice.MeanDice:0.0000}. Wrote {output}."
        );
    }
}
