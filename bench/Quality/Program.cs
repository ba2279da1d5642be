// How many degraded images the quality flag of a model finds, and how many intact ones it flags:
//   dotnet run -c Release --project bench/Quality -- model.zip calibration.csv test.csv [FALSE ALARMS]
// The flag is calibrated on the first list, whose cases the network must not have learnt from ("-" takes the flag of the model's card), and
// tried on the second. Every case of that is scored intact and once for each kind of degradation. Prints a table; false alarms are 0.1 by
// default.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.MedicalSegmentation;
using Microsoft.ML.MedicalSegmentation.Bench;

if (args.Length < 3)
{
    Console.Error.WriteLine("Use: model.zip calibration.csv test.csv [FALSE ALARMS]");
    return 2;
}

var context = new MLContext(seed: 1);
var medical = context.MedicalSegmentation();
using var scorer = new CaseScorer(context, args[0]);
var known = args[1] == "-"
    ? medical.Models.ReadCard(args[0])?.Quality ?? throw new InvalidDataException("The model's card has no quality flag.")
    : QualityModel.Fit(medical.Data.Read(args[1]).Cases.Select(one => scorer.Score(VolumeFormats.Open(one.ImagePaths[0]))));
var flag = known with
{
    FalseAlarms = args.Length > 3 ? double.Parse(args[3], CultureInfo.InvariantCulture) : 0.1,
};
var images = medical.Data.Read(args[2]).Cases.Select(one => VolumeFormats.Open(one.ImagePaths[0])).ToList();
Console.WriteLine($"calibrated on {flag.Strangeness.Count} cases, false alarms {flag.FalseAlarms}; {images.Count} cases kept apart");
Console.WriteLine("| image | flagged | with doubt left out | features that gave the reason |");
Console.WriteLine("|---|---:|---:|---|");
foreach (var (name, degrade) in Degradations.All)
{
    var features = images.Select((image, i) => scorer.Score(degrade(image, new Random(i)))).ToList();
    var flags = features.ConvertAll(flag.Check);
    var without = features.Count(one => flag.Check(one with { MeanDoubt = null }).LookAtIt);
    var reasons = flags
        .Where(one => one.LookAtIt)
        .CountBy(one => one.Feature)
        .OrderByDescending(pair => pair.Value)
        .Take(3)
        .Select(pair => $"{pair.Key} {pair.Value}");
    Console.WriteLine($"| {name} | {flags.Count(one => one.LookAtIt)} of {images.Count} | {without} | {string.Join(", ", reasons)} |");
}

return 0;
