using System.Globalization;
using MedSeg.Scoring;
using Microsoft.ML.Data;

namespace MedSeg.Commands;

/// <summary>medseg embed: volumes in, a table of vectors out.</summary>
internal sealed class EmbedCommand()
    : TableCommand(
        "embed",
        "Gives the features of a pre-trained encoder for each volume, as a vector of numbers.",
        inputs: "Volumes, DICOM series, folders of them, or a list of cases, as `medseg score` takes them.",
        model: "The model zip, as `medseg pretrain --model` writes it.",
        row: "case",
        file: "embeddings.csv"
    )
{
    protected override (IEnumerable<string> Files, Func<ResultTable> Run) Prepare(MLContext context, string model, string[] inputs)
    {
        var medical = context.MedicalSegmentation();
        var loaded = medical.LoadModel(model);
        var encoder =
            medical.Describe(loaded).Encoder?.Info
            ?? throw new ArgumentException(
                $"'{model}' holds no encoder. Give a model of `medseg pretrain --model`; `medseg score` runs models that segment."
            );
        var cases = ScoringInputs.Find(context, inputs, encoder.Channels);
        return (cases.SelectMany(one => one.ImagePaths), () => Embed(context, loaded, encoder.Features, cases));
    }

    private static ResultTable Embed(MLContext context, ITransformer model, int features, IReadOnlyList<SegmentationCase> cases)
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

        return new(
            ["case", .. Enumerable.Range(0, features).Select(feature => $"feature{feature}")],
            cases.Zip(vectors, (one, vector) => (IEnumerable<string>)
                [one.Id, .. vector.Select(number => number.ToString("R", CultureInfo.InvariantCulture))]),
            cases.Zip(vectors, (one, vector) => new { @case = one.Id, embedding = vector }),
            $"Embedded {cases.Count} case{(cases.Count == 1 ? "" : "s")} as {features} numbers each."
        );
    }
}
