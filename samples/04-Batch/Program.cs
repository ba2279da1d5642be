// A table of studies in a database, scored row by row: status, result and error per row; a second start goes on where the first ended.
//   dotnet run -- model.zip studies.db results        scores what is waiting
//   dotnet run -- model.zip studies.db results FILES  adds files to the table first
using Microsoft.Data.Sqlite;
using Microsoft.ML;
using Microsoft.ML.MedicalSegmentation;

if (args.Length < 3)
{
    Console.Error.WriteLine("Usage: Batch model.zip studies.db results [volumes or DICOM folders to add]");
    return 2;
}

using var database = new SqliteConnection($"Data Source={args[1]}");
database.Open();
Execute("CREATE TABLE IF NOT EXISTS studies (path TEXT PRIMARY KEY, status TEXT NOT NULL DEFAULT 'waiting', result TEXT, milliliters REAL, error TEXT)");
foreach (var path in args.Skip(3))
{
    Execute("INSERT OR IGNORE INTO studies (path) VALUES ($1)", Path.GetFullPath(path));
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var ml = new MLContext();
var model = ml.MedicalSegmentation().Models.Load(args[0]);
using var engine = ml.Model.CreatePredictionEngine<Study, Prediction>(model);
while (Next() is { } path && !stop.IsCancellationRequested)
{
    try
    {
        // PredictionEngine takes no token; the scope ends its scoring within a tile.
        using var scope = ScoringScope.Begin(stop.Token);
        var labels = engine.Predict(new() { ImagePath = path }).PredictedLabel;
        var result = Path.Combine(Path.GetFullPath(args[2]), $"{Path.GetFileName(path).Split('.')[0]}.nii.gz");
        VolumeFormats.Save(labels, result);
        var milliliters = SegmentStatistics.Measure(labels).Sum(structure => structure.Milliliters);
        Execute("UPDATE studies SET status = 'done', result = $2, milliliters = $3 WHERE path = $1", path, result, milliliters);
        Console.WriteLine($"{Path.GetFileName(path)}: {milliliters:0.0} mL");
    }
    catch (OperationCanceledException)
    {
        // The row stays waiting.
        return 130;
    }
    catch (Exception fault) when (fault is IOException or ArgumentException or InvalidDataException or InvalidOperationException)
    {
        Execute("UPDATE studies SET status = 'failed', error = $2 WHERE path = $1", path, fault.Message);
        Console.Error.WriteLine($"{Path.GetFileName(path)}: {fault.Message}");
    }
}

return 0;

string? Next() => Command("SELECT path FROM studies WHERE status = 'waiting' ORDER BY path LIMIT 1").ExecuteScalar() as string;

void Execute(string sql, params object[] values) => Command(sql, values).ExecuteNonQuery();

SqliteCommand Command(string sql, params object[] values)
{
    var command = new SqliteCommand(sql, database);
    command.Parameters.AddRange(values.Select((value, i) => new SqliteParameter($"${i + 1}", value)));
    return command;
}

internal sealed class Study
{
    public string ImagePath { get; set; } = "";
}

internal sealed class Prediction
{
    [LabelVolumeColumn]
    public LabelVolume PredictedLabel { get; set; } = LabelVolume.Create([0], new(1, 1, 1, 1));
}
