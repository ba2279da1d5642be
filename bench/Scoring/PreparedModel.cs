using Microsoft.ML.MedicalSegmentation.Export;
using Microsoft.ML.MedicalSegmentation.Scoring.Models;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>The model that is scored, and rows to score it on.</summary>
internal static class PreparedModel
{
    /// <summary>Patch of model.zip and model.onnx.</summary>
    public static readonly VolumeShape Patch = new(1, 64, 128, 128);

    /// <summary>Patch of small.zip, and size of the volumes that it is given.</summary>
    public static readonly VolumeShape SmallPatch = new(1, 64, 96, 96);

    /// <summary>Patch of wide.zip, and size of the volume that it is given.</summary>
    public static readonly VolumeShape WidePatch = new(1, 32, 48, 48);

    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        Write(folder, "model", Patch, new() { Width = 8, Depth = 4, Classes = 3 });
        Write(folder, "small", SmallPatch, new() { Width = 4, Depth = 4, Classes = 3 });

        // What the peer of the first prediction has, too.
        Write(folder, "wide", WidePatch, new() { Width = 26, Classes = 3 });
    }

    private static void Write(string folder, string name, VolumeShape patch, AttentionUNetOptions options)
    {
        using var network = options.CreateNetwork();
        network.eval();
        network.save(Path.Combine(folder, $"{name}.dat"));
        var info = new SegmentationModelInfo
        {
            Classes = [new(0, "background"), new(1, "one"), new(2, "two")],
            Patch = patch,
            Network = "attention-unet",
            Spacing = new(1, 1, 1),
            Orientation = "RAS",
            Overlap = 0.25,
        };
        using var onnx = new MemoryStream();
        OnnxExport.Write(network, [patch.Depth, patch.Height, patch.Width], SegmentationModelMetadata.Write(info), onnx);
        var model = new SegmentationModel(onnx.ToArray(), info);
        model.SaveOnnx(Path.Combine(folder, $"{name}.onnx"));

        var context = new MLContext(seed: 1);
        using var transformer = SegmentationTransformer.Create(context, model);
        var rows = context.Data.LoadFromEnumerable(Array.Empty<BenchRow>());
        context.MedicalSegmentation().Models.Save(transformer, rows.Schema, Path.Combine(folder, $"{name}.zip"));
    }

    /// <summary>A row made when it is read; an untrained network cares for no more than finite voxels.</summary>
    public static BenchRow MakeRow(VolumeShape shape, int seed)
    {
        var voxels = GC.AllocateUninitializedArray<float>((int)shape.Count);
        var random = new Random(seed);
        var tile = new float[1 << 16];
        for (var i = 0; i < tile.Length; i++)
        {
            tile[i] = (random.NextSingle() * 4) - 2;
        }

        for (var start = 0; start < voxels.Length; start += tile.Length)
        {
            tile.AsSpan(0, Math.Min(tile.Length, voxels.Length - start)).CopyTo(voxels.AsSpan(start));
        }

        return new BenchRow { CaseId = $"{seed}", Image = Volume.Create(voxels, shape) };
    }
}

/// <summary>A volume in memory.</summary>
internal sealed class BenchRow
{
    public string CaseId { get; set; } = "";

    [VolumeColumn]
    public Volume? Image { get; set; }
}

/// <summary>What the model gives.</summary>
internal sealed class BenchResult
{
    [LabelVolumeColumn]
    public LabelVolume? PredictedLabel { get; set; }
}
