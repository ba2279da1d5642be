// Does difficult-region attention lower the error where lesions are? Pairs are made of the hippocampus volumes of the data folder
// (LesionPair).
//   synthesis-bench train DATA RESULTS VISIBILITY WEIGHT SEED STEPS   trains with that difficulty weight, and writes the model and the
//                                                                     errors of cases that it has not seen
//   synthesis-bench table RESULTS                                     a row per weight: means over the seeds
//   synthesis-bench picture DATA RESULTS VISIBILITY SEED PNG          source, target, outputs without and with attention, difficulty
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.MedicalSegmentation;
using SynthesisBench;

var culture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = culture;
const int TrainingCases = 60;
const int TestCases = 20;

var context = new MLContext(seed: 0);
var medical = context.MedicalSegmentation();
switch (args)
{
    case ["train", var data, var results, var visibility, var weight, var seed, var steps]:
        Train(data, results, Number(visibility), Number(weight), int.Parse(seed, culture), int.Parse(steps, culture));
        return 0;
    case ["table", var results]:
        Table(results);
        return 0;
    case ["picture", var data, var results, var visibility, var seed, var png]:
        Draw(data, results, Number(visibility), int.Parse(seed, culture), png);
        return 0;
    default:
        Console.Error.WriteLine(
            "Usage: train DATA RESULTS VISIBILITY WEIGHT SEED STEPS | table RESULTS | picture DATA RESULTS VISIBILITY SEED PNG"
        );
        return 2;
}

double Number(string text) => double.Parse(text, culture);

IReadOnlyList<LesionPair> Pairs(string data, double visibility, bool forTesting)
{
    var cases = medical.Data.Read(Path.Combine(data, "hippocampus")).Cases;
    return
    [
        .. (forTesting ? cases.Skip(TrainingCases).Take(TestCases) : cases.Take(TrainingCases)).Select(one =>
            LesionPair.Of(one.Id, VolumeFormats.Open(one.ImagePaths[0]), visibility)
        ),
    ];
}

static string PathOf(string results, double weight, int seed, string ending) =>
    Path.Combine(results, string.Create(CultureInfo.InvariantCulture, $"weight-{weight}-seed-{seed}.{ending}"));

void Train(string data, string results, double visibility, double weight, int seed, int steps)
{
    const int StepsPerEpoch = 100;
    Directory.CreateDirectory(results);
    var trainer = medical.Trainers.Synthesis(new SynthesisTrainer.Options
    {
        Network = new UNetOptions { Width = 8, Depth = 3, SpatialDims = 2, DeepSupervision = false },
        ShowsSource = true,
        GlobalDiscriminator = new() { Width = 8 },
        LocalDiscriminator = new() { Width = 8, Stages = 1 },
        DifficultyColumnName = "Difficulty",
        Losses = new() { DifficultyWeight = weight },
        Sampling = new() { PatchSize = new PatchSize(1, 48, 32), BatchSize = 4, StepsPerEpoch = StepsPerEpoch },
        Optimization = new() { MaxEpoch = steps / StepsPerEpoch, LearningRate = 1e-3 },
        Device = new() { Threads = 1 },
        Seed = seed,
        MetricsCallback = Console.WriteLine,
    });
    var model = trainer.Fit(context.Data.LoadFromEnumerable(Pairs(data, visibility, forTesting: false)));
    var test = context.Data.LoadFromEnumerable(Pairs(data, visibility, forTesting: true));
    var errors = medical.EvaluateSynthesis(model.Transform(test), maskColumnName: "Mask", caseColumnName: "CaseId");
    Console.WriteLine(errors);
    medical.SaveModel(model, null, PathOf(results, weight, seed, "zip"));
    File.WriteAllText(PathOf(results, weight, seed, "json"), errors.ToJson());
    File.WriteAllText(PathOf(results, weight, seed, "csv"), errors.ToCsv());
}

void Table(string results)
{
    Console.WriteLine(
        "| difficulty weight | seeds | NMAE whole | NMAE in lesions | PSNR whole | PSNR in lesions | SSIM whole | SSIM in lesions |"
    );
    Console.WriteLine("|---|---|---|---|---|---|---|---|");
    var runs = Directory
        .GetFiles(results, "weight-*.json")
        .Order(StringComparer.Ordinal)
        .Select(path => (Weight: Path.GetFileName(path).Split('-')[1], Json: JsonDocument.Parse(File.ReadAllText(path)).RootElement));
    foreach (var arm in runs.GroupBy(run => run.Weight).OrderBy(arm => double.Parse(arm.Key, CultureInfo.InvariantCulture)))
    {
        string Of(string region, string key, string format)
        {
            var means = arm.Select(run => run.Json.GetProperty(region).GetProperty(key).GetProperty("mean").GetDouble()).ToList();
            return $"{means.Average().ToString(format, CultureInfo.InvariantCulture)} "
                + $"({string.Join(", ", means.Select(mean => mean.ToString(format, CultureInfo.InvariantCulture)))})";
        }

        var cells = new[] { ("nmae", "0.0000"), ("psnr", "0.00"), ("ssim", "0.000") }.SelectMany(metric =>
            new[] { "whole", "mask" }.Select(region => Of(region, metric.Item1, metric.Item2))
        );
        Console.WriteLine($"| {arm.Key} | {arm.Count()} | {string.Join(" | ", cells)} |");
    }
}

void Draw(string data, string results, double visibility, int seed, string png)
{
    var weights = Directory
        .GetFiles(results, $"weight-*-seed-{seed}.zip")
        .Select(path => double.Parse(Path.GetFileName(path).Split('-')[1], CultureInfo.InvariantCulture))
        .Order()
        .ToList();
    var pair = Pairs(data, visibility, forTesting: true)[0];
    var shape = pair.Mask.Shape;
    var z = Enumerable
        .Range(0, shape.Depth)
        .MaxBy(slice => Enumerable.Range(0, shape.Height * shape.Width).Count(i => pair.Mask[slice, i / shape.Width, i % shape.Width] > 0));
    Scored Score(double weight) =>
        context
            .Data.CreateEnumerable<Scored>(
                medical.LoadModel(PathOf(results, weight, seed, "zip")).Transform(context.Data.LoadFromEnumerable([pair])),
                reuseRowObject: false
            )
            .Single();
    var (without, with) = (Score(weights[0]), Score(weights[^1]));
    Picture.Write(
        png,
        z,
        (pair.Source, -2.5, 2.5),
        (pair.Target, 300, 1200),
        (without.Synthesized, 300, 1200),
        (with.Synthesized, 300, 1200),
        (with.Difficulty, 0, 1)
    );
    Console.WriteLine($"{png}: slice {z} of {pair.CaseId}, difficulty weights {weights[0]} and {weights[^1]}");
}

internal sealed class Scored
{
    [VolumeColumn]
    public Volume Synthesized { get; set; } = Volume.Create<float>([0], new(1, 1, 1, 1));

    [VolumeColumn]
    public Volume Difficulty { get; set; } = Volume.Create<float>([0], new(1, 1, 1, 1));
}
