using Microsoft.ML.MedicalSegmentation.Phantoms;
// Trains a 3D Attention U-Net on volumes, measures Dice on volumes it never saw, saves one zip, and scores with the zip.
//
//   dotnet run --project samples/01-TrainAndScore [-- DATASET]
//
// DATASET is a folder with a dataset.json (Medical Segmentation Decathlon or nnU-Net). Without it, phantoms are drawn.
using Microsoft.ML;
using Microsoft.ML.MedicalSegmentation;

var ml = new MLContext(seed: 1);
ml.Log += (_, line) =>
{
    if (line.Message.Contains("Epoch", StringComparison.Ordinal))
    {
        Console.WriteLine(line.Message);
    }
};
var medical = ml.MedicalSegmentation();

// 1. Cases: rows of paths, which ML.NET may split and shuffle.
var dataset = args.Length > 0 ? medical.Data.Read(args[0]) : DrawPhantoms("phantoms", count: 12);
Console.WriteLine(dataset);
var rows = ml.Data.TrainTestSplit(dataset.ToDataView(ml), testFraction: 0.25);

// 2. The pipeline: load, normalise, segment. Labels are loaded beside it, as volumes to score have none.
var labels = medical.Transforms.LoadLabelVolumes().Fit(rows.TrainSet);
var pipeline = medical.Transforms.LoadVolumes()
    .Append(medical.Transforms.NormalizeIntensity())
    .Append(medical.Trainers.AttentionUNet(maxEpoch: 10, batchSize: 2));
var model = pipeline.Fit(labels.Transform(rows.TrainSet));

// 3. Dice and IoU per class, on cases that training never saw.
var metrics = medical.Evaluate(model.Transform(labels.Transform(rows.TestSet)));
Console.WriteLine(metrics);

// 4. One zip holds everything: loading, normalisation, the network.
ml.Model.Save(model, rows.TestSet.Schema, "model.zip");

// 5. Any process with a bare MLContext loads the zip and scores; no registration, no Python, no libtorch.
var loaded = new MLContext().Model.Load("model.zip", out _);
var scored = loaded.Transform(rows.TestSet);
var saving = medical.Transforms.SaveVolumes(folder: "predictions").Fit(scored);
foreach (var saved in ml.Data.CreateEnumerable<SavedPrediction>(saving.Transform(scored), reuseRowObject: false))
{
    Console.WriteLine($"{saved.CaseId}: {saved.SavedPath}");
}

static SegmentationDataset DrawPhantoms(string folder, int count)
{
    var options = new PhantomOptions();
    return new("phantoms", [.. Enumerable.Range(0, count).Select(i =>
    {
        var (image, label) = Phantom.Create(seed: i, options);
        var (imagePath, labelPath) = (Path.Combine(folder, $"image{i}.nii.gz"), Path.Combine(folder, $"label{i}.nii.gz"));
        VolumeFormats.Save(image, imagePath);
        VolumeFormats.Save(label, labelPath);
        return new SegmentationCase($"phantom{i}", [imagePath], labelPath);
    })], Phantom.Classes(options));
}

/// <summary>What is read back of a scored row.</summary>
internal sealed class SavedPrediction
{
    public string CaseId { get; set; } = "";

    public string SavedPath { get; set; } = "";
}
