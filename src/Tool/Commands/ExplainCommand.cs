using System.CommandLine;
using System.Globalization;
using MedSeg.Jobs;
using MedSeg.Terminal;
using Microsoft.ML.MedicalSegmentation.Weights;

namespace MedSeg.Commands;

/// <summary>medseg explain: what a model attends to in an image, as volumes and pictures.</summary>
internal sealed class ExplainCommand : IToolCommand
{
    private readonly Argument<string> _model = new("model") { Description = "The model zip." };
    private readonly Argument<string> _image = new("image") { Description = "A volume, or a folder with a DICOM series." };
    private readonly Option<string> _output = SharedOptions.Output("Folder for the maps; default: explanation.");
    private readonly Option<string?> _weights = new("--weights")
    {
        Description = "Weights to take instead of the model's: safetensors, .pth, or what training wrote.",
    };
    private readonly Option<string?> _networkOptions = new("--network-options")
    {
        Description =
            "For a model written before models held them: the options of its network as JSON, such as "
            + "'{\"width\":16,\"depth\":4,\"form\":\"SingleGate\"}'.",
    };

    private readonly Option<string[]> _maps = new("--maps")
    {
        Description = "Names of attention maps, * for any letters; default: all.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string[]> _classes = new("--class")
    {
        Description = "Names or label values for Grad-CAM; default: every structure.",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string?> _layer = new("--layer")
    {
        Description = "Layer for Grad-CAM, or the beginning of its name; default: the last convolution of the bottleneck.",
    };
    private readonly Option<bool> _listLayers = new("--list-layers") { Description = "Only list the layers that Grad-CAM can look at." };
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command(
            "explain",
            "Shows what a model attends to in an image: attention maps and Grad-CAM, as NIfTI and as pictures."
        )
        {
            _model, _image, _output, _weights, _networkOptions, _maps, _classes, _layer, _listLayers, _threads, _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var context = DeviceContext.Create(null);
        var model = context.MedicalSegmentation().LoadModel(arguments.GetRequiredValue(_model));
        if (context.MedicalSegmentation().Describe(model).Classification is { } classifier)
        {
            return Explain(arguments, context, model, classifier);
        }

        var weights = arguments.GetValue(_weights) is { } path ? WeightsFile.Read(path) : null;
        using var job = new ExplanationJob(context, model, weights, arguments.GetValue(_threads) ?? 0, arguments.GetValue(_networkOptions));
        if (arguments.GetValue(_listLayers))
        {
            Report.Table(["layer"], job.Layers.Select(layer => new[] { layer }));
            return ExitCode.Success;
        }

        var image = job.Load(arguments.GetRequiredValue(_image));
        var maps = arguments.GetValue(_maps) is { Length: > 0 } names ? names : ["*"];
        var folder = arguments.GetValue(_output) ?? "explanation";
        var written = job.Explain(image, maps, arguments.GetValue(_classes) ?? [], arguments.GetValue(_layer), folder, cancellation)
            .ToList();
        Print(arguments, arguments.GetValue(_layer) ?? job.DefaultLayer, written);
        return ExitCode.Success;
    }

    private int Explain(ParseResult arguments, MLContext context, ITransformer model, ClassificationModel classifier)
    {
        if (arguments.GetValue(_weights) is not null || arguments.GetValue(_networkOptions) is not null)
        {
            throw new ArgumentException(
                "--weights and --network-options belong to models that segment; a classifier holds both. Leave them out."
            );
        }

        using var job = new ClassifierExplanation(context, model, classifier, arguments.GetValue(_threads) ?? 0);
        if (arguments.GetValue(_listLayers))
        {
            Report.Table(["layer"], job.Layers.Select(layer => new[] { layer }));
            return ExitCode.Success;
        }

        var written = job.Explain(
                arguments.GetRequiredValue(_image),
                arguments.GetValue(_maps) is { Length: > 0 } names ? names : null,
                arguments.GetValue(_classes) ?? [],
                arguments.GetValue(_layer),
                arguments.GetValue(_output) ?? "explanation"
            )
            .ToList();
        Print(arguments, arguments.GetValue(_layer) ?? job.DefaultLayer, written);
        return ExitCode.Success;
    }

    private void Print(ParseResult arguments, string layer, List<WrittenMap> written)
    {
        if (arguments.GetValue(_json))
        {
            Report.Json(new { layer, maps = written });
        }
        else
        {
            Report.Table(
                ["map", "largest value", "volume", "picture"],
                written.Select(map => new[] { map.Name, map.Largest.ToString("G3", CultureInfo.InvariantCulture), map.Volume, map.Picture })
            );
        }
    }
}
