using Microsoft.ML.Data;
using Microsoft.ML.MedicalSegmentation.Export;

namespace Microsoft.ML.MedicalSegmentation.Bench;

/// <summary>The model that is served, and volumes to score: an untrained U-Net, and noise.</summary>
internal static class ServedModelFile
{
    private static readonly VolumeShape Patch = new(1, 64, 64, 64);

    /// <summary>Writes model.zip.</summary>
    public static void Write(string folder)
    {
        TorchSharp.torch.random.manual_seed(1);
        using var network = new UNetOptions { Width = 4, Depth = 3, Classes = 3, DeepSupervision = false }.CreateNetwork();
        network.eval();
        var info = new SegmentationModelInfo
        {
            Classes = [new(0, "background"), new(1, "one"), new(2, "two")],
            Patch = Patch,
            Network = "unet",
            Spacing = new(1, 1, 1),
        };
        using var onnx = new MemoryStream();
        OnnxExport.Write(network, [Patch.Depth, Patch.Height, Patch.Width], [], onnx);
        var context = new MLContext(seed: 1);
        var medical = context.MedicalSegmentation();
        var rows = new SegmentationDataset("rows", [new("case", ["scan.nii.gz"], null)]).ToDataView(context);
        using var scoring = SegmentationTransformer.Create(context, new(onnx.ToArray(), info));
        medical.Models.Save(
            new TransformerChain<ITransformer>(medical.Transforms.LoadVolumes().Fit(rows), scoring),
            rows.Schema,
            Path.Combine(folder, "model.zip")
        );
    }

    /// <summary>The bytes of a NIfTI file of noise.</summary>
    public static byte[] Volume(VolumeShape shape, string ending = ".nii.gz")
    {
        var random = new Random(1);
        var voxels = new short[shape.Count];
        foreach (ref var voxel in voxels.AsSpan())
        {
            voxel = (short)random.Next(-100, 100);
        }

        using var stream = new MemoryStream();
        VolumeFormats.Save(MedicalSegmentation.Volume.Create(voxels, shape, VolumeGeometry.FromSpacing(1, 1, 1)), stream, ending);
        return stream.ToArray();
    }
}
