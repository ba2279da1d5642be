using System.CommandLine;
using MedSeg.Information;
using MedSeg.Terminal;

namespace MedSeg.Commands;

/// <summary>medseg check DATA: whether a data set is fit for training.</summary>
internal sealed class CheckCommand : IToolCommand
{
    private readonly Argument<string> _data = new("data") { Description = "The cases: dataset.json, .csv, .tsv, or a data set folder." };
    private readonly Option<string?> _json = new("--json")
    {
        Description = "Write the report as JSON to a file, or print it as JSON where no file is named.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _fingerprint = new("--fingerprint")
    {
        Description = "Write sizes, spacings, foreground intensities and class frequencies, as planning needs them, to this JSON file.",
    };
    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "Cases read at once; memory holds as many. Default: one per processor, at most 4.",
    };

    public Command Build()
    {
        var command = new Command(
            "check",
            "Checks a data set: files, geometry, channels, labels, classes, repetitions. Returns "
                + "0 if clean, 3 with warnings, 2 with errors."
        )
        {
            _data, _json, _fingerprint, _threads,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var options = new DatasetValidationOptions { CancellationToken = cancellation, Progress = ShowProgress };
        if (arguments.GetValue(_threads) is { } threads)
        {
            options = options with { MaximumThreads = threads };
        }

        var report = new MLContext().MedicalSegmentation().Data.Validate(arguments.GetRequiredValue(_data), options);
        if (arguments.GetValue(_fingerprint) is { } path)
        {
            var fingerprint =
                report.Fingerprint ?? throw new InputDataException("No image can be read, so there is no fingerprint to write.");
            fingerprint.Save(path);
            Report.Step($"Wrote {path}.");
        }

        if (arguments.GetResult(_json) is null)
        {
            DatasetTables.Print(report);
        }
        else if (arguments.GetValue(_json) is { } file)
        {
            report.Save(file);
            DatasetTables.Print(report);
            Report.Step($"Wrote {file}.");
        }
        else
        {
            Report.Line(report.ToJson());
        }

        return report.Worst switch
        {
            FindingSeverity.Error => ExitCode.BadInput,
            FindingSeverity.Warning => ExitCode.Warnings,
            _ => ExitCode.Success,
        };
    }

    private static void ShowProgress(int done, int total)
    {
        if (done == total || done % 50 == 0)
        {
            Report.Step($"{done}/{total} cases read");
        }
    }
}
