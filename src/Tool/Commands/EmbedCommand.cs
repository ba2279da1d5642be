using System.CommandLine;
using System.Globalization;
using System.Text;
using MedSeg.Jobs;
using MedSeg.Scoring;
using MedSeg.Terminal;
using Microsoft.ML.Data;

namespace MedSeg.Commands;

/// <summary>medseg embed: volumes in, a table of vectors out.</summary>
internal sealed class EmbedCommand : IToolCommand
{
    private readonly Argument<string[]> _inputs = new("inputs")
    {
        Description = "Volumes, DICOM series, folders of them, or a list of cases, as `medseg score` takes them.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = "The model zip, as `medseg pretrain --model` writes it.",
        Required = true,
    };
    private readonly Option<string> _output = SharedOptions.Output("The CSV file to write, a row per case; default: embeddings.csv.");
    private readonly Option<int?> _gpu = SharedOptions.Gpu();
    private readonly Option<bool> _json = SharedOptions.Json();

    public Command Build()
    {
        var command = new Command("embed", "Gives the features of a pre-trained encoder for each volume, as a vector of numbers.")
        {
            _inputs,
            _model,
            _output,
            _gpu,
            _json,
        };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), cancellation));
        return command;
    }

    private int Run(ParseResult arguments, CancellationToken cancellation)
    {
        var context = DeviceContext.Create(arguments.GetValue(_gpu));
        var medical = context.MedicalSegmentation();
        var path = arguments.GetRequiredValue(_model);
        var model = medical.LoadModel(path);
        var encoder =
            medical.Describe(model).Encoder
            ?? throw new ArgumentException(
                $"'{path}' holds no encoder. Give a model of `medseg pretrain --model`; `medseg score` runs models that segment."
            );
        var cases = ScoringInputs.Find(context, arguments.GetRequiredValue(_inputs), encoder.Info.Channels);
        var output = arguments.GetValue(_output) ?? "embeddings.csv";
        OutputFiles.Require([output], [path, .. cases.SelectMany(one => one.ImagePaths)]);
        using var scope = ScoringScope.Begin(cancellation);
        var vectors = Embed(context, model, cases);
        WholeFile.Write(output, ToCsv(encoder.Info.Features, cases.Zip(vectors)));
        if (arguments.GetValue(_json))
        {
            Report.Json(cases.Zip(vectors).Select(row => new { @case = row.First.Id, embedding = row.Second }));
        }
        else
        {
            Report.Line(
                $"Embedded {cases.Count} case{(cases.Count == 1 ? "" : "s")} as {encoder.Info.Features} numbers each. Wrote {output}."
            );
        }

        return ExitCode.Success;
    }

    private static List<float[]> Embed(MLContext context, ITransformer model, IReadOnlyList<SegmentationCase> cases)
    {
        var rows = new SegmentationDataset("inputs", [.. cases.Select(one => one with { LabelPath = null })]).ToDataView(context);
        var embedded = model.Transform(rows);
        var column = embedded.Schema["Embedding"];
        using var cursor = embedded.GetRowCursor([column]);
        var read = cursor.GetGetter<VBuffer<float>>(column);
        var (vectors, value) = (new List<float[]>(), default(VBuffer<float>));
        while (cursor.MoveNext())
        {
            read(ref value);
            vectors.Add([.. value.DenseValues()]);
        }

        return vectors;
    }

    private static string ToCsv(int features, IEnumerable<(SegmentationCase Case, float[] Vector)> rows)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', ["case", .. Enumerable.Range(0, features).Select(feature => $"feature{feature}")]).Append('\n');
        foreach (var (one, vector) in rows)
        {
            text.AppendJoin(',', [CsvText.Quoted(one.Id), .. vector.Select(value => value.ToString("R", CultureInfo.InvariantCulture))])
                .Append('\n');
        }

        return text.ToString();
    }
}
