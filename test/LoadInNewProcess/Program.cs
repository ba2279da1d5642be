// Loads a model zip with a bare MLContext, as an application does that knows nothing of how it was made, scores the image
// files named after it, and prints one digest per row of geometry and voxels: of the predicted labels, of the synthesised
// volume, or of the image where the model gives neither. Of classifiers it prints the class and all scores of each row. Tests start
// it and compare the lines. Of encoders it prints the embedding of each row.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.MedicalSegmentation;

var context = new MLContext();
var model = context.Model.Load(args[0], out _);
var rows = context.Data.LoadFromEnumerable(args.Skip(1).Select(path => new PathRow { ImagePath = path }));
var scored = model.Transform(rows);
if (scored.Schema.GetColumnOrNull("Embedding") is not null)
{
    foreach (var row in context.Data.CreateEnumerable<EmbeddedRow>(scored, reuseRowObject: false))
    {
        Console.WriteLine(
            string.Join(' ', row.Embedding.Select(value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))
        );
    }

    return;
}

if (scored.Schema.GetColumnOrNull("Score") is not null)
{
    var named = context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(scored).Transform(scored);
    foreach (var row in context.Data.CreateEnumerable<ClassifiedRow>(named, reuseRowObject: false))
    {
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{row.PredictedLabel} {row.Probability:R} "
                    + $"{string.Join(' ', row.Score.Select(score => score.ToString("R", CultureInfo.InvariantCulture)))}"
            )
        );
    }

    return;
}

var volumes = scored.Schema.GetColumnOrNull("Synthesized") is not null
    ? context.Data.CreateEnumerable<SynthesizedRow>(scored, reuseRowObject: false).Select(row => row.Synthesized)
    : scored.Schema.GetColumnOrNull("PredictedLabel") is null
    ? context.Data.CreateEnumerable<ImageRow>(scored, reuseRowObject: false).Select(row => row.Image)
    : context.Data.CreateEnumerable<SegmentedRow>(scored, reuseRowObject: false).Select(row => row.PredictedLabel?.Voxels);
foreach (var volume in volumes)
{
    byte[] described = [.. Encoding.UTF8.GetBytes($"{volume?.Shape} {volume?.Geometry} "), .. volume is null ? [] : volume.Bytes];
    Console.WriteLine(Convert.ToHexString(SHA256.HashData(described)));
}

internal sealed class PathRow
{
    public string ImagePath { get; set; } = "";
}

internal sealed class ImageRow
{
    [VolumeColumn]
    public Volume? Image { get; set; }
}

internal sealed class SynthesizedRow
{
    [VolumeColumn]
    public Volume? Synthesized { get; set; }
}

internal sealed class SegmentedRow
{
    [LabelVolumeColumn]
    public LabelVolume? PredictedLabel { get; set; }
}

internal sealed class EmbeddedRow
{
    public float[] Embedding { get; set; } = [];
}

internal sealed class ClassifiedRow
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];

    public float Probability { get; set; }
}
