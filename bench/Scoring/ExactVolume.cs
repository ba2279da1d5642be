using System.Diagnostics;
using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Partitioning;
using Microsoft.ML.MedicalSegmentation.Scoring.Exact;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>
/// One volume of 512 x 512 x 512 floats through a 3D U-Net with batch norms, tile by tile, with the result of the whole volume.
/// </summary>
internal static class ExactVolume
{
    private static readonly VolumeShape Patch = new(1, 128, 128, 128);

    public static void Run()
    {
        var shape = new VolumeShape(1, 512, 512, 512);
        var model = MakeModel();
        var tiles = new ExactTiles(shape, model.Info);
        Console.WriteLine(
            $"{model.Info.Network}, patch {Patch}, reach "
                + $"{string.Join(" x ", model.Info.Reach?.Voxels ?? [])} voxels: {tiles.TileCount} tiles"
        );
        var volume = PreparedModel.MakeRow(shape, 1).Image ?? throw new InvalidOperationException("There is no volume.");
        Console.WriteLine($"{shape} float, {volume.SizeInBytes / 1e6:0} MB: {PeakMemory.Now:0} MB in use before scoring");
        using var segmenter = new OnnxSegmenter(model, new() { Tiling = ScoringTiling.Exact });
        var watch = Stopwatch.StartNew();
        var labels = segmenter.Segment(volume).Labels;
        Console.WriteLine($"scored in {watch.Elapsed.TotalSeconds:0.0} s; peak {PeakMemory.Peak:0} MB; {labels}");
    }

    private static SegmentationModel MakeModel()
    {
        using var network = new AttentionUNetOptions { Form = AttentionUNetForm.Ungated, Width = 4, Depth = 3 }.CreateNetwork();
        network.eval();
        long[] sides = [Patch.Depth, Patch.Height, Patch.Width];
        var info = new SegmentationModelInfo
        {
            Classes = [new(0, "background"), new(1, "one")],
            Patch = Patch,
            Network = "3D U-Net of depth 3 and width 4",
            Reach = NetworkReading.Of(network, sides).ToReach(),
        };
        using var onnx = new MemoryStream();
        OnnxExport.Write(network, sides, SegmentationModelMetadata.Write(info), onnx);
        return new SegmentationModel(onnx.ToArray(), info);
    }
}
