using System.CommandLine;
using System.Globalization;
using MedSeg.Classification;
using MedSeg.Jobs;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg classify evaluate: what a classifier gives to images of known classes.</summary>
internal sealed class ClassifyEvaluateCommand : IToolCommand
{
    private readonly Argument<string> _data = new("data")
    {
        Description = "Folder with a folder per class, CLASS/FILE, or with parts, test/CLASS/FILE.",
    };
    private readonly Option<string> _model = SharedOptions.Model();
    private readonly Option<string?> _part = new("--part")
    {
        Description = "The part of the data; default: test where there is such a part, else all images.",
    };
    private readonly Option<string?> _compare = new("--compare")
    {
        Description = "Another model zip, whose area under the ROC curve is compared on the same images.",
    };
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command("evaluate", "Measures a classifier: area under the ROC curve with its interval, accuracy, confusion.")
        {
            _data,
            _model,
            _part,
            _compare,
            _gpu,
            _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var context = DeviceContext.Create(arguments.GetValue(_gpu));
        var dataset = context.MedicalSegmentation().Data.ReadImageFolders(arguments.GetRequiredValue(_data));
        var images = arguments.GetValue(_part) is { } part ? dataset.Part(part) : ClassificationParts.TestOf(dataset) ?? dataset;
        using var scope = ScoringScope.Begin(cancellation);
        var evaluation = ClassificationJob.Evaluate(
            context,
            ClassificationJob.Load(context, arguments.GetRequiredValue(_model)).Model,
            images
        );
        var comparison = arguments.GetValue(_compare) is { } other
            ? evaluation.CompareAuc(ClassificationJob.Evaluate(context, ClassificationJob.Load(context, other).Model, images))
            : null;
        if (arguments.GetValue(_json))
        {
            Report.Json(new { evaluation = EvaluationTable.ToJson(evaluation), comparison });
        }
        else
        {
            EvaluationTable.Print(evaluation, images.Name);
            if (comparison is not null)
            {
                Report.Line(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"AUC of {arguments.GetValue(_compare)} less that of {arguments.GetValue(_model)}: "
                            + $"{comparison.Difference:+0.0000;-0.0000;0.0000} ({comparison.Lower:+0.0000;-0.0000;0.0000} to "
                            + $"{comparison.Upper:+0.0000;-0.0000;0.0000}), p = {comparison.PValue:0.000}."
                    )
                );
            }
        }

        return ExitCode.Success;
    }
}
