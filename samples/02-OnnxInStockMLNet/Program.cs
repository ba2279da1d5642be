// Trains a 2D U-Net on pictures, writes it as ONNX, and scores with stock ML.NET: LoadImages, ResizeImages, ExtractPixels, ApplyOnnxModel.
//
//   dotnet run --project samples/02-OnnxInStockMLNet
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation;

const int side = 64;
var ml = new MLContext(seed: 1);
var medical = ml.MedicalSegmentation();
var dataset = DrawPictures("pictures", count: 12);
var rows = dataset.ToDataView(ml);

// 1. A window from 0 to 255 has fixed numbers, so that ExtractPixels can do the same; a z-score depends on each picture.
var pipeline = medical.Transforms.LoadVolumes()
    .Append(medical.Transforms.NormalizeIntensity(
        new NormalizeIntensityEstimator.Options { Method = IntensityMethod.Window, WindowCenter = 127.5, WindowWidth = 255 }))
    .Append(medical.Trainers.Segmentation(new SegmentationTrainer.Options
    {
        Network = new UNetOptions { SpatialDims = 2, Width = 4 },
        Sampling = new() { PatchSize = new(1, side, side), BatchSize = 4 },
        Optimization = new() { MaxEpoch = 6 },
    }));
var model = pipeline.Fit(medical.Transforms.LoadLabelVolumes().Fit(rows).Transform(rows));
medical.Models.SaveOnnx(model, "network.onnx");

// 2. Stock ML.NET. The patch of the network is the size of the pictures; ResizeImages brings others to it.
var stock = ml.Transforms.LoadImages("Picture", "", "ImagePath")
    .Append(ml.Transforms.ResizeImages("Picture", side, side))
    .Append(ml.Transforms.ExtractPixels("image", "Picture", scaleImage: 1 / 255f))
    .Append(ml.Transforms.ApplyOnnxModel(
        "logits", "image", "network.onnx", new Dictionary<string, int[]> { ["image"] = [1, 3, side, side] }));

// 3. The class with the largest logit, beside what the library's own pipeline says.
var own = ml.Data.CreateEnumerable<OwnRow>(model.Transform(rows), reuseRowObject: false);
var (equal, all) = (0, 0);
foreach (var (stockRow, ownRow) in ml.Data.CreateEnumerable<StockRow>(stock.Fit(rows).Transform(rows), reuseRowObject: false).Zip(own))
{
    var labels = new int[side * side];
    ownRow.PredictedLabel.CopyLabels(0, labels);
    equal += labels.Where((label, i) => label == (stockRow.Logits[(side * side) + i] > stockRow.Logits[i] ? 1 : 0)).Count();
    all += labels.Length;
}

Console.WriteLine($"{equal} of {all} pixels have the same label in both.");

static SegmentationDataset DrawPictures(string folder, int count) => new("pictures", [.. Enumerable.Range(0, count).Select(n =>
{
    var random = new Random(n);
    var (x, y, radius) = (random.Next(20, 44), random.Next(20, 44), random.Next(8, 16));
    var (pixels, label) = (new byte[3 * side * side], new byte[side * side]);
    for (var i = 0; i < label.Length; i++)
    {
        label[i] = Math.Pow((i % side) - x, 2) + Math.Pow((i / side) - y, 2) < radius * radius ? (byte)1 : (byte)0;
        (pixels[i], pixels[label.Length + i]) = (Shade(label[i] == 1 ? 160 : 60), Shade(90));
        pixels[(2 * label.Length) + i] = Shade(label[i] == 1 ? 60 : 140);
    }

    byte Shade(int value) => (byte)(value + random.Next(-40, 40));
    var imagePath = Path.GetFullPath(Path.Combine(folder, $"image{n}.png"));
    var labelPath = Path.GetFullPath(Path.Combine(folder, $"label{n}.png"));
    VolumeFormats.Save(Volume.Create(pixels, new VolumeShape(3, 1, side, side)), imagePath);
    VolumeFormats.Save(LabelVolume.Create(label, new VolumeShape(1, 1, side, side)), labelPath);
    return new SegmentationCase($"picture{n}", [imagePath], labelPath);
})], [new(0, "background"), new(1, "disc")]);

/// <summary>What stock ML.NET gives.</summary>
internal sealed class StockRow
{
    [ColumnName("logits")]
    public float[] Logits { get; set; } = [];
}

/// <summary>What the library's pipeline gives.</summary>
internal sealed class OwnRow
{
    [LabelVolumeColumn]
    public LabelVolume PredictedLabel { get; set; } = LabelVolume.Create([0], new(1, 1, 1, 1));
}
