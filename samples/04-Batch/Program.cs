// A table of studies in a database, scored row by row: status, result and error per row; a second start goes on where the first ended.
//   dotnet run -- model.zip studies.db results        scores what is waiting
//   dotnet run -- model.zip studies.db results FILES  adds files to the table first
using Batch;
using Microsoft.ML;
using Microsoft.ML.MedicalSegmentation;

if (args.Length < 3)
{
    Console.Error.WriteLine("Usage: Batch model.zip studies.db results [volumes or DICOM folders to add]");
    return 2;
}

using var database = new StudiesContext(args[1]);
database.Database.EnsureCreated();
foreach (var path in args.Skip(3).Select(Path.GetFullPath).Where(path => database.Studies.Find(path) is null))
{
    database.Studies.Add(new() { Path = path });
}

database.SaveChanges();
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var ml = new MLContext();
var model = ml.MedicalSegmentation().Models.Load(args[0]);
using var engine = ml.Model.CreatePredictionEngine<ImageRow, LabelRow>(model);
while (
    database.Studies.Where(study => study.Status == StudyStatus.Waiting).OrderBy(study => study.Path).FirstOrDefault() is { } study
    && !stop.IsCancellationRequested
)
{
    try
    {
        // PredictionEngine takes no token; the scope ends its scoring within a tile.
        using var scope = ScoringScope.Begin(stop.Token);
        var labels = engine.Predict(new() { ImagePath = study.Path }).PredictedLabel;
        study.Result = Path.Combine(Path.GetFullPath(args[2]), $"{study.Name.Split('.')[0]}.nii.gz");
        VolumeFormats.Save(labels, study.Result);
        study.Milliliters = SegmentStatistics.Measure(labels).Sum(structure => structure.Milliliters);
        study.Status = StudyStatus.Done;
        Console.WriteLine($"{study.Name}: {study.Milliliters:0.0} mL");
    }
    catch (OperationCanceledException)
    {
        // The row stays waiting.
        return 130;
    }
    catch (Exception fault) when (fault is InputDataException or IOException)
    {
        (study.Status, study.Error) = (StudyStatus.Failed, fault.Message);
        Console.Error.WriteLine($"{study.Name}: {fault.Message}");
    }

    // After each row, so that a process that ends loses one study at most.
    database.SaveChanges();
}

return 0;

internal sealed class ImageRow
{
    public string ImagePath { get; set; } = "";
}

internal sealed class LabelRow
{
    [LabelVolumeColumn]
    public LabelVolume PredictedLabel { get; set; } = LabelVolume.Create([0], new(1, 1, 1, 1));
}
