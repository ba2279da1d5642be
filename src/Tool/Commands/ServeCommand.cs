using System.CommandLine;
using MedSeg.Serving;
using MedSeg.Terminal;
using Microsoft.Extensions.Hosting;

namespace MedSeg.Commands;

/// <summary>medseg serve: models over HTTP, with a page.</summary>
internal sealed class ServeCommand : IToolCommand
{
    private readonly Argument<string[]> _models = new("models")
    {
        Description = "Model zips, or NAME=FILE; a model is called by its file without the ending.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string> _url = new("--url")
    {
        Description = "Where to listen; default: http://127.0.0.1:8080. Other than loopback addresses need --key-file.",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
    };
    private readonly Option<string?> _keyFile = new("--key-file")
    {
        Description = "File whose first line clients must send: as bearer token, or as password.",
    };
    private readonly Option<string?> _work = new("--work")
    {
        Description = "Folder for uploads and results; default: below the system's folder for temporary files.",
    };
    private readonly Option<string?> _postgres = new("--postgres-file")
    {
        Description =
            "File with the connection string of a PostgreSQL queue that several nodes share; default: a SQLite file in the work folder.",
    };
    private readonly Option<int> _concurrency = new("--concurrency")
    {
        Description = "Volumes scored at once; default: 1.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<string?> _pacs = new("--dicomweb")
    {
        Description = "Root of a DICOMweb server whose new series are scored, and results stored there.",
    };
    private readonly Option<string> _modality = new("--modality")
    {
        Description = "With --dicomweb: modality of series to score; default: CT.",
        DefaultValueFactory = _ => "CT",
    };
    private readonly Option<string[]> _description = new("--description-has")
    {
        Description = "With --dicomweb: words of which the series description must hold one.",
    };

    public Command Build()
    {
        var command = new Command("serve", "Scores volumes over HTTP: uploads, jobs, a page to try it, and new series of a PACS.")
        {
            _models, _url, _keyFile, _work, _postgres, _concurrency, _pacs, _modality, _description,
        };
        command.SetAction(Run);
        return command;
    }

    private async Task<int> Run(ParseResult arguments, CancellationToken cancellation)
    {
        var url = arguments.GetValue(_url) ?? "";
        var key = FirstLine(arguments.GetValue(_keyFile), "--key-file");
        var pacs = arguments.GetValue(_pacs);
        await using var app = ServiceHost.Build(
            url,
            key,
            options =>
            {
                foreach (var model in arguments.GetRequiredValue(_models))
                {
                    var parts = model.Split('=', 2);
                    var path = parts[^1];
                    if (!File.Exists(path))
                    {
                        throw new FileNotFoundException($"There is no model '{path}'.", path);
                    }

                    options.AddModel(parts.Length == 2 ? parts[0] : Path.GetFileNameWithoutExtension(path), path);
                }

                options.WorkFolder = arguments.GetValue(_work) is { } work ? Path.GetFullPath(work) : options.WorkFolder;
                options.PostgresConnectionString = FirstLine(arguments.GetValue(_postgres), "--postgres-file");
                options.MaximumConcurrency = arguments.GetValue(_concurrency);
            },
            pacs is null ? null : rule =>
            {
                rule.Root = Uri.TryCreate(pacs, UriKind.Absolute, out var root) ? root : null;
                rule.Modality = arguments.GetValue(_modality) ?? rule.Modality;
                rule.DescriptionHas = arguments.GetValue(_description) ?? [];
            });
        await app.StartAsync(cancellation);
        foreach (var address in app.Urls)
        {
            Report.Line($"{address.TrimEnd('/')}/segmentation/");
        }

        using var stopping = cancellation.Register(app.Lifetime.StopApplication);
        await app.WaitForShutdownAsync(CancellationToken.None);
        return ExitCode.Success;
    }

    private static string? FirstLine(string? path, string option)
        => path is null ? null
            : File.ReadLines(path).FirstOrDefault()?.Trim() is { Length: > 0 } line ? line
            : throw new InputDataException($"The file '{path}' of {option} has no first line.");
}
